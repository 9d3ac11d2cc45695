import { context } from "./context.ts";
import { currentStateWith } from "./current-state.ts";
import type { AnyFunction } from "./naming/function-ref.ts";
import type { Process } from "./process.ts";
import { adopt } from "./process-state.ts";

/** The object of a subclass of Process, in the process that it stands for. */
export function revive(
  type: AnyFunction,
  data: object,
  target: AnyFunction | undefined,
  args: readonly unknown[],
): Process {
  const self: Process = Object.create(type.prototype);
  adopt(self, currentStateWith(target, args));
  for (const [key, value] of Object.entries(data)) {
    Object.defineProperty(self, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  context().current = self;
  return self;
}
