import type { WaitOptions } from "../fiber/limits.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { DefaultSelector } from "./selector.ts";
import { checkPollable, EVENT_READ, EVENT_WRITE, type Pollable } from "./selector-key.ts";

type Three<S> = [readable: S[], writable: S[], exceptional: S[]];

/**
 * Waits until one of the `readers` can be read or one of the `writers` be written,
 * and gives those that can, each in the order of its list; nothing is ever
 * exceptional. Past `timeout` three empty arrays; 0 gives what is ready now.
 *
 * gevent: `gevent.select.select`; Python: `select.select`.
 *
 * @throws TypeError at the call for what can't be waited for.
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { select } from "fibril/selectors";
 * import { connect, listen } from "fibril/server";
 *
 * spawn(function* () {
 *   const listener = yield* listen("127.0.0.1:0");
 *   const client = yield* connect(listener.address);
 *   const [readable] = yield* select([listener, client], [], []);
 *   console.log(readable.length, readable[0] === listener); // -> 1 true
 *   yield* client.close();
 *   yield* listener.close();
 * });
 * ```
 */
export function select<S extends Pollable>(
  readers: Iterable<S>,
  writers: Iterable<S>,
  exceptional: Iterable<S> = [],
  options?: WaitOptions,
): Wait<Three<S>> {
  const [reading, writing] = [new Set(readers), new Set(writers)];
  for (const each of [...reading, ...writing, ...exceptional]) checkPollable(each);
  return script(selecting<S>, reading, writing, options);
}

function* selecting<S extends Pollable>(
  readers: ReadonlySet<S>,
  writers: ReadonlySet<S>,
  options: WaitOptions | undefined,
): Generator<Yieldable<never>, Three<S>, never> {
  const selector = new DefaultSelector<undefined, S>();
  for (const each of readers.union(writers)) {
    const reads = readers.has(each) ? EVENT_READ : 0;
    selector.register(each, reads | (writers.has(each) ? EVENT_WRITE : 0));
  }
  try {
    const ready = yield* selector.select(options);
    const masks = new Map(ready.map(([{ fileobj }, mask]) => [fileobj, mask]));
    const having = (event: number) => (each: S) => ((masks.get(each) ?? 0) & event) !== 0;
    return [[...readers].filter(having(EVENT_READ)), [...writers].filter(having(EVENT_WRITE)), []];
  } finally {
    selector.close();
  }
}
