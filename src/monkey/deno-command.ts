import { keep } from "./belongings.ts";
import { Caller } from "./caller.ts";
import { tie } from "./detach.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownerHere } from "./owner.ts";
import { killTree } from "./process-tree.ts";
import { owning, withSignal } from "./promise-call.ts";

/** The part of a `Deno.ChildProcess` that we need. */
interface Child {
  readonly pid: number;
  readonly status: Promise<unknown>;
  kill(signal: string): void;
  unref(): void;
}

/** Where `new Deno.Command(program, options)` takes a signal. */
const OPTIONS = { at: 1 };

/** What ends a command whose output is waited for. */
const controllers = new WeakMap<object, AbortController>();

/** `Deno.Command`: one that is made in a fiber can be ended with it. */
export function ownCommand(original: HostFunction): HostFunction {
  return function patched(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return original.apply(this, args);
    if (ownerHere(patched) === undefined) return Reflect.construct(original, args);
    const controller = new AbortController();
    const command = Reflect.construct(original, withSignal(args, OPTIONS, controller.signal));
    controllers.set(command as object, controller);
    return command;
  };
}

/** `Deno.Command.prototype.output`. */
export function ownOutput(original: HostFunction): HostFunction {
  return owning(original, (_owner, _caller, self, args) => ({
    promise: original.apply(self, args) as Promise<unknown>,
    ending: {
      label: () => "Deno.Command.output",
      abort: (reason) => controllers.get(self as object)?.abort(reason),
    },
  }));
}

/** `Deno.Command.prototype.spawn`: its child is killed with the fiber, unless it is unref'd. */
export function ownProcess(original: HostFunction): HostFunction {
  return function patched(this: unknown, ...args: unknown[]): unknown {
    const owner = ownerHere(patched);
    const child: Child = original.apply(this, args);
    if (owner === undefined) return child;
    const release = keep(owner, { caller: new Caller(patched), abandon: () => endChild(child) });
    tie(child, release);
    child.status.then(release, release);
    const { unref } = child;
    const value = (): void => {
      release();
      unref.call(child);
    };
    return Object.defineProperty(child, "unref", { value, configurable: true, writable: true });
  };
}

function endChild(child: Child): void {
  try {
    killTree(child.pid);
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
