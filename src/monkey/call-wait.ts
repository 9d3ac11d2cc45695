import * as Cause from "effect/Cause";
import type { FiberCore } from "../fiber/core.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { Op, type Wait } from "../fiber/wait.ts";
import type { Starter } from "./belongings.ts";
import type { HostFunction } from "./function-shape.ts";
import { parkOnCall } from "./host-wait.ts";
import { OwnedCall } from "./own-promise.ts";
import { realFiber } from "./owner.ts";
import { originalOf } from "./patched-module.ts";
import { type Begun, beginCall, type CallKind } from "./promise-call.ts";

/** A Wait of the program, whoever wrote it, is waited for: it ends with its fiber. */
export const WAITED_FOR: Starter = { isProgram: true, isUser: true };

/** A call of the host that is made each time the Wait is run, and ends with it. */
export function callWait<A>(begin: (owner: FiberCore) => Begun<A>): Wait<A, unknown> {
  return new CallWait(begin) as unknown as Wait<A, unknown>;
}

/** `target[name](…args)`, as it is without us. */
export function waitFor<A>(
  kind: CallKind<A>,
  target: object,
  name: string,
  args: readonly unknown[],
): Wait<A, unknown> {
  return callWait(() => {
    const original = originalOf(Reflect.get(target, name) as HostFunction);
    return beginCall(kind, original, target, args);
  });
}

class CallWait<A> extends Op<A, unknown> {
  readonly #begin: (owner: FiberCore) => Begun<A>;

  constructor(begin: (owner: FiberCore) => Begun<A>) {
    super();
    this.#begin = begin;
  }

  begin(fiber: FiberCore): Step {
    // At the top level of a script the call ends with the guest that waits for it.
    const owner = realFiber(fiber) ?? fiber;
    const { promise, ending } = this.#start(fiber, owner);
    return parkOnCall(fiber, new OwnedCall(owner, WAITED_FOR, promise, ending));
  }

  #start(fiber: FiberCore, owner: FiberCore): Begun<A> {
    try {
      return this.#begin(owner);
    } catch (error) {
      throw fiber.failing({ error, cause: Cause.fail(error) });
    }
  }
}
