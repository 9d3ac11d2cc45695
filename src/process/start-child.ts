import type { Child } from "./child-process.ts";
import { encode } from "./codec/codec.ts";
import { Baggage, packingInto } from "./connection/baggage.ts";
import { context } from "./context.ts";
import { homeAddress } from "./family.ts";
import { fault } from "./fault.ts";
import { onItsWay } from "./in-flight.ts";
import { type Job, type RunMessage, toText } from "./messages.ts";
import { moduleOf } from "./naming/caller-module.ts";
import type { AnyFunction, FunctionRef } from "./naming/function-ref.ts";
import { nameClass, nameFunction } from "./naming/name-function.ts";
import type { ProcessState } from "./process-state.ts";
import { takeChild } from "./spares.ts";

/**
 * Starts the child of a Process. What can be known to be wrong is thrown before.
 *
 * @param type its class, where that is not Process itself.
 */
export function startChild(
  state: ProcessState,
  type: AnyFunction | undefined,
  data: object,
  parent: RunMessage["parent"],
): Child {
  const { ending } = state;
  const baggage = new Baggage();
  const { value: job, lost } = onItsWay(() => {
    return packingInto(baggage, () => jobOf(state, type, data));
  });
  const child = takeChild();
  fault?.("start.forked");
  state.child = child;
  child.role = { name: state.name, kind: "process", daemon: state.daemon };
  ending.watchBy(child);
  child.onExit((exitcode) => {
    lost();
    ending.settle(exitcode);
  });
  if (state.daemon) child.lift(-1);
  const { name, daemon, identity } = state;
  const authkey = toText(state.authkey);
  const argv = process.argv.slice(1);
  const home = homeAddress();
  const { logging } = context();
  const sockets = baggage.handOver();
  const send = (job: Job) => {
    if (!child.isAlive) return;
    for (const [number, each] of sockets.entries()) child.sendSocket(number, each);
    child.send({ type: "run", name, daemon, identity, authkey, parent, home, logging, argv, job });
  };
  if (job instanceof Promise) {
    // The search for its function goes on, and a daemon's program must not end in the middle of it.
    child.lift(1);
    void job
      .then(send, (error) => send({ type: "fail", error: String(error) }))
      .finally(() => child.lift(-1));
  } else send(job);
  return child;
}

function jobOf(
  { target, args, trace }: ProcessState,
  type: AnyFunction | undefined,
  data: object,
): Job | Promise<Job> {
  const from = trace && moduleOf(trace);
  const modules = new Set<string>();
  const encodedArgs = toText(encode(args, modules, "args"));
  const encodedData = type && toText(encode(data, modules, "this"));
  const targetRef = target && nameFunction(target, from);
  const typeRef = type && nameClass(type, from);
  const make = (target: FunctionRef | undefined, type: FunctionRef | undefined): Job => {
    return {
      type: "work",
      class: type,
      target,
      args: encodedArgs,
      data: encodedData,
      modules: [...modules],
    };
  };
  if (!(targetRef instanceof Promise || typeRef instanceof Promise))
    return make(targetRef, typeRef);
  return Promise.all([targetRef, typeRef]).then(([target, type]) => make(target, type));
}
