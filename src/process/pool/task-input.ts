import { encode } from "../codec/codec.ts";
import { isJsonExact } from "../codec/json-exact.ts";
import { type Outbox, type Payload, pack } from "./outbox.ts";
import type { TaskInput } from "./task.ts";

/** So much of its arguments is shown of a task. */
const SHOWN = 60;

/** Of plain data: a Set for each call would be half of what it costs. */
const NO_MODULES: ReadonlySet<string> = new Set();

/** The arguments of one call. */
export class CallInput implements TaskInput {
  readonly size = 1;
  readonly modules: ReadonlySet<string>;
  readonly #payload: Payload;

  /** @throws UnsendableError that names the path of what can't go. */
  constructor(args: readonly unknown[]) {
    if (isJsonExact(args)) {
      this.modules = NO_MODULES;
      this.#payload = JSON.stringify(args);
      return;
    }
    const modules = new Set<string>();
    this.#payload = encode(args, modules, "args");
    this.modules = modules;
  }

  write(out: Outbox): string {
    return out.data(this.#payload);
  }

  get shown(): string {
    const payload = this.#payload;
    if (typeof payload !== "string") return "…";
    const text = payload.slice(1, -1);
    return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
  }
}

/** What a function is mapped over, as it is when this is made. */
export class Items {
  readonly length: number;
  /** What the values of the items need where they arrive. */
  readonly modules: Set<string> = new Set();
  readonly #scalars: readonly unknown[] | undefined;
  readonly #payloads: readonly Payload[] = [];

  /** @throws UnsendableError that names the path of what can't go. */
  constructor(list: readonly unknown[], name: string) {
    this.length = list.length;
    // A copy, without holes.
    const own = [...list];
    if (own.every(isScalar)) this.#scalars = own;
    else this.#payloads = own.map((item, i) => pack(item, this.modules, `${name}[${i}]`));
  }

  /** Those from `first` on, `size` of them. */
  part(first: number, size: number): TaskInput {
    return new Part(this, first, size);
  }

  write(first: number, size: number, out: Outbox): string {
    const scalars = this.#scalars?.slice(first, first + size);
    if (scalars !== undefined) return `[${JSON.stringify(scalars)}]`;
    return out.list(this.#payloads.slice(first, first + size));
  }
}

class Part implements TaskInput {
  readonly #items: Items;
  readonly #first: number;
  readonly size: number;

  constructor(items: Items, first: number, size: number) {
    this.#items = items;
    this.#first = first;
    this.size = size;
  }

  get modules(): ReadonlySet<string> {
    return this.#items.modules;
  }

  write(out: Outbox): string {
    return this.#items.write(this.#first, this.size, out);
  }

  get shown(): string {
    const first = this.#first;
    return this.size === 1 ? `item ${first}` : `items ${first} to ${first + this.size - 1}`;
  }
}

/** What nobody can change, and JSON gives back as it was. */
function isScalar(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  return typeof value === "string" || typeof value === "boolean" || value === null;
}
