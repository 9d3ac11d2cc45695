import { show } from "../fiber/body.ts";
import { hiddenSlot } from "./hidden-slot.ts";

/** What can be handed over, with the way to untie it from its fiber. */
const ties = hiddenSlot<() => void>();

/** Makes `thing` one that `detach` can untie. */
export function tie(thing: object, untie: () => void): void {
  ties.set(thing, untie);
}

/**
 * Hands something over that a fiber has begun, such as a promise, a socket, a
 * child, a timer or a response: it no longer ends when that fiber is killed.
 * Gives it back; what belongs to nobody stays as it is.
 *
 * @throws TypeError for what can belong to nobody, such as a number.
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { detach, patchAll } from "fibril/monkey";
 *
 * patchAll();
 * const fiber = spawn(function* () {
 *   setTimeout(() => console.log("mine"), 20);
 *   detach(setTimeout(() => console.log("handed over"), 20)); // -> handed over
 *   yield* sleep("1 minute");
 * });
 * spawn(function* () {
 *   yield* sleep(5);
 *   yield* fiber.kill();
 * });
 * ```
 */
export function detach<T extends object>(thing: T): T {
  if ((typeof thing !== "object" && typeof thing !== "function") || thing === null) {
    throw new TypeError(
      `Cannot detach ${show(thing)}: pass what a call gave, such as a promise, a socket or a timer`,
    );
  }
  ties.get(thing)?.();
  return thing;
}
