/**
 * Thrown for an object that a selector does not know, or knows already.
 *
 * Python: `KeyError`.
 *
 * @example
 * ```ts
 * import { DefaultSelector, KeyError } from "fibril/selectors";
 * import { listen } from "fibril/server";
 *
 * async function main() {
 *   const [selector, listener] = [new DefaultSelector(), await listen("127.0.0.1:0")];
 *   try {
 *     selector.unregister(listener);
 *   } catch (error) {
 *     if (error instanceof KeyError) console.log(error.key === listener); // -> true
 *   }
 *   await listener.close();
 * }
 * void main();
 * ```
 */
export class KeyError extends Error {
  override readonly name: string = "KeyError";
  readonly _tag: "KeyError" = "KeyError" as const;
  /** What was looked for. */
  readonly key: unknown;

  constructor(message: string, key: unknown) {
    super(message);
    this.key = key;
  }
}
