import { randomUUID } from "node:crypto";
import { addClass } from "../../codec/classes.ts";
import { REFERENCE_CLASS, type Reference } from "../protocol.ts";
import { REFERENCES_MODULE, unpackReference } from "../references.ts";
import { Entry } from "./entry.ts";
import { publicMethods } from "./exposed.ts";
import type { TypeSpec } from "./type-spec.ts";

/**
 * Knows the objects of a server. It does not keep them: clients that have a proxy
 * do, and objects that hold them. So what nobody can reach any more is freed.
 */
export class Table {
  /** By which the server's own objects are known when they come back. */
  readonly server: string = randomUUID();
  readonly #types: ReadonlyMap<string, TypeSpec>;
  readonly #entries: Map<number, WeakRef<Entry>> = new Map();
  /** One object has one entry, however often it is given out. */
  readonly #entryOf: WeakMap<object, WeakRef<Entry>> = new WeakMap();
  readonly #freed: FinalizationRegistry<number> = new FinalizationRegistry((id) => {
    this.#entries.delete(id);
  });
  #made = 0;

  constructor(types: ReadonlyMap<string, TypeSpec>) {
    this.#types = types;
    addClass({
      name: REFERENCE_CLASS,
      type: Entry,
      module: REFERENCES_MODULE,
      pack: referenceOf,
      unpack: unpackReference,
    });
  }

  /** How many objects are there. */
  get size(): number {
    return this.#entries.size;
  }

  /** What an object is called in reports. */
  labelOf(object: object): string {
    return this.#entryOf.get(object)?.deref()?.label ?? "an object";
  }

  lookUp(id: number): Entry | undefined {
    return this.#entries.get(id)?.deref();
  }

  find(id: number): Entry {
    const entry = this.lookUp(id);
    if (entry !== undefined) return entry;
    throw new ReferenceError(
      `Cannot use object ${id} of this manager: it is gone, since no process had a proxy for it any more`,
    );
  }

  /** Makes an object of a type; it may take its time. */
  make(typeid: string, args: readonly unknown[]): unknown {
    const spec = this.#types.get(typeid);
    if (spec?.make !== undefined) return spec.make(...args);
    const made = [...this.#types].flatMap(([name, { make }]) => (make === undefined ? [] : [name]));
    throw new TypeError(
      `Cannot make a "${typeid}": this manager has ${made.join(", ") || "no types"}; register it before the server starts`,
    );
  }

  /** The object gets a place here, unless it has one. */
  add(typeid: string, object: unknown): Entry {
    if (object instanceof Entry) return object;
    if (typeof object !== "object" || object === null) {
      throw new TypeError(
        `Cannot make a proxy of what "${typeid}" gave: it is no object, but ${object === null ? "null" : `a ${typeof object}`}`,
      );
    }
    const known = this.#entryOf.get(object)?.deref();
    if (known?.typeid === typeid) return known;
    const spec = this.#types.get(typeid);
    const entry = new Entry({
      server: this.server,
      id: ++this.#made,
      typeid,
      standard: spec?.standard === true,
      object,
      exposed: new Set(spec?.exposed ?? publicMethods(object)),
      methodTypes: new Map(Object.entries(spec?.methodTypes ?? {})),
    });
    const weak = new WeakRef(entry);
    this.#entries.set(entry.id, weak);
    this.#entryOf.set(object, weak);
    this.#freed.register(entry, entry.id);
    return entry;
  }
}

let tell: ((entry: Entry) => void) | undefined;

/** Runs `encode`; `lease` is told of each object that goes out with it. */
export function leasing<A>(lease: (entry: Entry) => void, encode: () => A): A {
  tell = lease;
  try {
    return encode();
  } finally {
    tell = undefined;
  }
}

function referenceOf(entry: Entry): Reference {
  tell?.(entry);
  const { server, id, typeid, standard, exposed } = entry;
  // Of those the other side knows the methods.
  const methods = standard ? [] : [...exposed];
  return { server, address: undefined, object: id, typeid, standard, exposed: methods };
}
