import { kindOf } from "./kinds.ts";
import { keyPath, unsendable } from "./unsendable.ts";

/**
 * Looks through a value for what can't go, and throws naming its path.
 *
 * @returns whether structured clone alone would not do: something goes as data, or is a view of
 *   bytes, which comes back as a view of the whole message.
 */
export function scan(value: unknown, path: string): boolean {
  const look = new Scan();
  look.visit(value, path);
  return look.needsCare;
}

class Scan {
  needsCare = false;
  readonly #seen: Set<object> = new Set();

  visit(value: unknown, path: string): void {
    if (typeof value === "function" || typeof value === "symbol") throw unsendable(path, value);
    if (typeof value !== "object" || value === null || this.#seen.has(value)) return;
    this.#seen.add(value);
    const kind = kindOf(value);
    if (kind === "unsendable") throw unsendable(path, value);
    if (kind === "special" || kind === "view") this.needsCare = true;
    else if (kind === "array" || kind === "plain") this.#visitKeys(value, path);
    else if (kind === "map") this.#visitMap(value as Map<unknown, unknown>, path);
    else if (kind === "set") this.#visitSet(value as Set<unknown>, path);
  }

  #visitKeys(object: object, path: string): void {
    const isArray = Array.isArray(object);
    for (const [key, item] of Object.entries(object)) {
      if (typeof item === "object" ? item !== null : isSuspect(item)) {
        this.visit(item, isArray && isIndex(key) ? `${path}[${key}]` : keyPath(path, key));
      }
    }
  }

  #visitMap(map: Map<unknown, unknown>, path: string): void {
    for (const [key, item] of map) {
      const shown = typeof key === "string" ? JSON.stringify(key) : String(typeof key);
      this.visit(key, `${path}.keys()[${shown}]`);
      this.visit(item, `${path}.get(${shown})`);
    }
  }

  #visitSet(set: Set<unknown>, path: string): void {
    let index = 0;
    for (const item of set) this.visit(item, `[...${path}][${index++}]`);
  }
}

const isSuspect = (item: unknown): boolean =>
  typeof item === "function" || typeof item === "symbol";

const isIndex = (key: string): boolean => /^\d+$/.test(key);
