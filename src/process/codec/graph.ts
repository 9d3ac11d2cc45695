import { Buffer } from "node:buffer";
import { classNamed, classOf, errorClassOf } from "./classes.ts";
import { type ErrorData, fillError, makeError, packError } from "./errors.ts";
import { kindOf } from "./kinds.ts";
import { scan } from "./scan.ts";

/**
 * A value whose errors and objects of registered classes are replaced by empty
 * objects, the holders. Structured clone keeps identity, so the other side knows
 * a holder wherever it stands, and no data of the user's can look like one.
 */
export interface Graph {
  readonly root: unknown;
  readonly holders: readonly object[];
  readonly specials: readonly Special[];
}

/** The modules that whoever decodes a message has to load before. */
export type Modules = Set<string>;

type Special = { readonly class: string; readonly data: unknown } | { readonly error: ErrorData };

/** The graph of a value that was scanned. */
export function toGraph(value: unknown, modules: Modules): Graph {
  const taking = new Taking(modules);
  return { root: taking.copy(value), holders: taking.holders, specials: taking.specials };
}

class Taking {
  readonly holders: object[] = [];
  readonly specials: Special[] = [];
  readonly #modules: Modules;
  readonly #copies: Map<object, object> = new Map();

  constructor(modules: Modules) {
    this.#modules = modules;
  }

  copy(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    switch (kindOf(value)) {
      case "special":
        return this.#hold(value);
      case "array":
        return this.#copyKeys(value, new Array((value as unknown[]).length));
      case "plain":
        return this.#copyKeys(value, {});
      case "map":
        return this.#copyMap(value as Map<unknown, unknown>);
      case "set":
        return this.#copySet(value as Set<unknown>);
      default:
        return value;
    }
  }

  #hold(value: object): object {
    const holder = this.#remember(value, {});
    const index = this.holders.push(holder) - 1;
    this.specials[index] = this.#packed(value);
    return holder;
  }

  #packed(value: object): Special {
    const codec = classOf(value);
    const module = codec?.module ?? errorClassOf(value)?.module;
    if (module !== undefined) this.#modules.add(module);
    if (codec === undefined) {
      return { error: this.copy(packError(value as Error)) as ErrorData };
    }
    const data = codec.pack(value as never);
    scan(data, `${codec.name}.pack($)`);
    return { class: codec.name, data: this.copy(data) };
  }

  #copyKeys(value: object, copy: object): object {
    this.#remember(value, copy);
    for (const [key, item] of Object.entries(value)) define(copy, key, this.copy(item));
    return copy;
  }

  #copyMap(map: Map<unknown, unknown>): object {
    const copy = this.#remember(map, new Map<unknown, unknown>());
    for (const [key, item] of map) copy.set(this.copy(key), this.copy(item));
    return copy;
  }

  #copySet(set: Set<unknown>): object {
    const copy = this.#remember(set, new Set());
    for (const item of set) copy.add(this.copy(item));
    return copy;
  }

  #remember<T extends object>(value: object, copy: T): T {
    this.#copies.set(value, copy);
    return copy;
  }
}

/** Not by assignment, which `__proto__` takes for something else. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

/** The value of a graph that is ours alone: it is changed in place. */
export function fromGraph(graph: Graph): unknown {
  return new Reviving(graph).value(graph.root);
}

class Reviving {
  readonly #indexes: Map<object, number>;
  readonly #specials: readonly Special[];
  readonly #revived: Map<number, object> = new Map();
  readonly #views: Map<object, object> = new Map();
  readonly #seen: Set<object> = new Set();

  constructor({ holders, specials }: Graph) {
    this.#indexes = new Map(holders.map((holder, index) => [holder, index]));
    this.#specials = specials;
  }

  value(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    const index = this.#indexes.get(value);
    if (index !== undefined) return this.#special(index);
    if (this.#seen.has(value)) return this.#views.get(value) ?? value;
    this.#seen.add(value);
    const kind = kindOf(value);
    if (kind === "view") return this.#view(value as ArrayBufferView<ArrayBuffer>);
    if (kind === "array" || kind === "plain") {
      for (const [key, item] of Object.entries(value)) define(value, key, this.value(item));
    } else if (kind === "map") this.#refillMap(value as Map<unknown, unknown>);
    else if (kind === "set") this.#refillSet(value as Set<unknown>);
    return value;
  }

  #view(view: ArrayBufferView<ArrayBuffer>): object {
    const own = withOwnBuffer(view);
    this.#views.set(view, own);
    return own;
  }

  #special(index: number): object {
    const known = this.#revived.get(index);
    if (known !== undefined) return known;
    const special = this.#specials[index] as Special;
    if ("error" in special) return this.#error(index, special.error);
    const codec = classNamed(special.class);
    if (codec === undefined) throw unknownClass(special.class);
    const object = codec.unpack(this.value(special.data) as never);
    this.#revived.set(index, object);
    return object;
  }

  #error(index: number, data: ErrorData): Error {
    const error = makeError(data);
    this.#revived.set(index, error);
    fillError(error, this.value(data) as ErrorData);
    return error;
  }

  #refillMap(map: Map<unknown, unknown>): void {
    const entries = [...map];
    map.clear();
    for (const [key, item] of entries) map.set(this.value(key), this.value(item));
  }

  #refillSet(set: Set<unknown>): void {
    const items = [...set];
    set.clear();
    for (const item of items) set.add(this.value(item));
  }
}

/** V8 gives views of the message itself: their `buffer` would show all of it, and may be overwritten. */
function withOwnBuffer(view: ArrayBufferView<ArrayBuffer>): object {
  const { buffer, byteOffset, byteLength } = view;
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  if (Buffer.isBuffer(view)) return Buffer.from(bytes);
  return new (view.constructor as new (bytes: ArrayBuffer) => object)(bytes);
}

function unknownClass(name: string): TypeError {
  return new TypeError(
    `Cannot make an object of the class "${name}": it is not registered in this process; import the module that registers it`,
  );
}
