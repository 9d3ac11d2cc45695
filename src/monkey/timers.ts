import { builtin } from "./builtin.ts";
import type { HostFunction } from "./function-shape.ts";
import { originalOf, PatchedModule } from "./patched-module.ts";
import { type CallKind, promiseCall } from "./promise-call.ts";
import { iteratorCall } from "./signalled-iterator.ts";
import { clearing, settingAgain, settingOnce, timerMethods } from "./timer-functions.ts";

interface PromisedTimers {
  readonly setTimeout: HostFunction;
  readonly setImmediate: HostFunction;
  readonly scheduler?: object;
}

/** Timers end with their fiber, unless a package set them. */
export const timersModule: PatchedModule = new PatchedModule("timers", (module) => {
  const promises = builtin<PromisedTimers>("timers/promises");
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
    const end = (name: string) => originalOf(Reflect.get(place, name) as HostFunction);
    const { setTimeout, setImmediate } = promises;
    module.replace(place, "setTimeout", settingOnce(setTimeout, end("clearTimeout")));
    module.replace(place, "setImmediate", settingOnce(setImmediate, end("clearImmediate")));
    module.replace(place, "setInterval", settingAgain(end("clearInterval")));
    module.replaceAll(place, ["clearTimeout", "clearInterval", "clearImmediate"], clearing);
  }
  for (const prototype of timerPrototypes()) {
    for (const [name, make] of timerMethods) module.replace(prototype, name, make);
  }
});

/** Nobody hands these out: they are found on what the host makes. */
function timerPrototypes(): object[] {
  const { setTimeout, clearTimeout, setImmediate, clearImmediate } = builtin<Timers>("timers");
  const timeout = setTimeout(() => {}, 1);
  clearTimeout(timeout);
  const immediate = setImmediate(() => {});
  clearImmediate(immediate);
  return [timeout, immediate].map((each) => Object.getPrototypeOf(each) as object);
}

type Timers = typeof globalThis;

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
