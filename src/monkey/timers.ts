import { builtin } from "./builtin.ts";
import type { HostFunction } from "./function-shape.ts";
import { originalOf, PatchedModule, type Replacing } from "./patched-module.ts";
import { type CallKind, promiseCall } from "./promise-call.ts";
import { iteratorCall } from "./signalled-iterator.ts";
import { clearing, settingAgain, settingOnce } from "./timer-functions.ts";

type Functions = Record<string, HostFunction>;

/** Timers end with their fiber, unless a package set them. */
export const timersModule: PatchedModule = new PatchedModule("timers", (module) => {
  const promises = builtin<Functions & { readonly scheduler?: object }>("timers/promises");
  for (const [name, kind] of Object.entries(promisedTimers)) {
    module.replace(promises, name, promiseCall(kind));
  }
  module.replace(promises, "setInterval", iteratorCall({ at: 2 }));
  if (promises.scheduler !== undefined) {
    const prototype = Object.getPrototypeOf(promises.scheduler) as object;
    module.replace(prototype, "wait", promiseCall(schedulerCalls.wait));
    module.replace(prototype, "yield", promiseCall(schedulerCalls.yield));
  }
  for (const place of [globalThis, builtin("timers")]) {
    const { clearTimeout, clearInterval, clearImmediate } = place as Functions & typeof globalThis;
    const promised = (name: string): Replacing => settingOnce(promises[name], endOf(name));
    const endOf = (name: string) =>
      originalOf(name === "setTimeout" ? clearTimeout : (clearImmediate as HostFunction));
    module.replace(place, "setTimeout", promised("setTimeout"));
    module.replace(place, "setImmediate", promised("setImmediate"));
    module.replace(place, "setInterval", settingAgain(originalOf(clearInterval)));
    module.replaceAll(place, ["clearTimeout", "clearInterval", "clearImmediate"], clearing);
  }
});

/** What is known of `timers.promises`. */
export const promisedTimers: Readonly<Record<"setTimeout" | "setImmediate", CallKind<unknown>>> = {
  setTimeout: { label: ([delay]) => `setTimeout(${String(delay)})`, options: { at: 2 } },
  setImmediate: { label: () => "setImmediate", options: { at: 1 } },
};

/** What is known of `timers.promises.scheduler`. */
export const schedulerCalls: Readonly<Record<"wait" | "yield", CallKind<unknown>>> = {
  wait: { label: ([delay]) => `scheduler.wait(${String(delay)})`, options: { at: 1 } },
  yield: { label: () => "scheduler.yield" },
};
