import { randomBytes } from "node:crypto";
import { context } from "./context.ts";
import type { AnyFunction } from "./naming/function-ref.ts";
import { makeState, type ProcessState } from "./process-state.ts";

const AUTHKEY_BYTES = 32;

let current: ProcessState | undefined;

/** The state of the process that this code runs in. */
export function currentState(): ProcessState {
  return (current ??= describe(undefined, []));
}

/** As `currentState`, for the object of a subclass, whose `run` may call its target. */
export function currentStateWith(
  target: AnyFunction | undefined,
  args: readonly unknown[],
): ProcessState {
  return (current = describe(target, args));
}

function describe(target: AnyFunction | undefined, args: readonly unknown[]): ProcessState {
  const { info } = context();
  return makeState({
    name: info?.name ?? "MainProcess",
    daemon: info?.daemon ?? false,
    authkey: info?.authkey ?? new Uint8Array(randomBytes(AUTHKEY_BYTES)),
    parentPid: info?.parent.pid,
    identity: info?.identity ?? [],
    target,
    args,
    trace: undefined,
    isCurrent: true,
  });
}
