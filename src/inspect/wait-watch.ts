import * as Effectable from "effect/Effectable";
import { oneByOne, severalAtOnce } from "../fiber/for-each.ts";
import { collect } from "../fiber/iwait.ts";
import { runLimited } from "../fiber/limits.ts";
import { runMasked } from "../fiber/uninterruptible.ts";
import { Script, WaitBase } from "../fiber/wait.ts";
import { runTimed } from "../fiber/with-timeout.ts";
import { host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";
import { CallSite } from "./call-site.ts";
import { report } from "./report.ts";

/** A Wait that was made: apart from it, so that it can be collected. */
interface Made {
  readonly site: CallSite;
  isRun: boolean;
}

/** The Wait that was begun last, and in which fiber. */
interface Begun {
  readonly site: CallSite;
  readonly fiber: unknown;
}

/** Bodies of Waits that do nothing before they are run; other scripts may be there for what has begun already. */
const descriptions = /* @__PURE__ */ new Set<unknown>([
  runTimed,
  runMasked,
  runLimited,
  oneByOne,
  severalAtOnce,
  collect,
]);

/**
 * What acts at the call, and gives a Wait for the end of it: to leave that is no
 * mistake. Nor is it to leave one that a constructor made for later.
 */
const actsAtOnce =
  /^(?:kill|close|start|stop|shutdown|terminate|apply|map|starmap|spawn|new )|^\w*[dD]ispose$/;

/** Whoever asks a Wait for one of these is about to run it. */
const askedToRun = [Symbol.iterator, "asEffect", "then", "poll", "enlist"] as const;

const made = new WeakMap<object, Made>();
const notRun = new Set<Made>();
const collected = /* @__PURE__ */ new FinalizationRegistry<Made>(reportNotRun);
let begun: Begun | undefined;

/** Where the Wait was made that the running fiber began last: for stacks without a frame of the program. */
export function siteOfBegun(): string | undefined {
  return begun?.fiber === hub.current ? begun?.site.location : undefined;
}

/**
 * Reports every Wait that is never run: when it is collected, or at the end of
 * the program. Gives the way back.
 *
 * Waits have no hook for that, or all would pay for it. But a constructor looks
 * up what its `super()` is when it is called, so a class can be put in between.
 */
export function watchWaits(): () => void {
  Object.setPrototypeOf(WaitBase, WatchedBase);
  host.process.on("exit", reportAll);
  return () => {
    Object.setPrototypeOf(WaitBase, Effectable.Class);
    host.process.off("exit", reportAll);
    for (const restore of restores.splice(0)) restore();
    watched = new WeakSet();
    notRun.clear();
  };
}

abstract class WatchedBase extends Effectable.Class<unknown> {
  constructor() {
    super();
    watchMethods(Object.getPrototypeOf(this));
    const known = { site: new CallSite(WatchedBase as never), isRun: false };
    made.set(this, known);
    // A script knows its body only when it is complete.
    if (!(this instanceof Script)) expectRun(this, known);
    else queueMicrotask(() => descriptions.has(this.body) && expectRun(this, known));
  }
}

function expectRun(wait: object, known: Made): void {
  if (known.isRun) return;
  notRun.add(known);
  collected.register(wait, known, known);
}

/** Prototypes that tell when one of the methods is asked for, and how they stop it. */
let watched = new WeakSet<object>();
const restores: (() => void)[] = [];

function watchMethods(prototype: object): void {
  if (watched.has(prototype)) return;
  watched.add(prototype);
  for (const key of askedToRun) {
    const own = Object.getOwnPropertyDescriptor(prototype, key);
    if (own === undefined) continue;
    const get = function (this: object): unknown {
      wasAsked(this, key === Symbol.iterator);
      return own.value;
    };
    Object.defineProperty(prototype, key, { configurable: true, get });
    restores.push(() => Object.defineProperty(prototype, key, own));
  }
  if (prototype !== WaitBase.prototype) watchMethods(Object.getPrototypeOf(prototype));
}

function wasAsked(wait: object, begins: boolean): void {
  const known = made.get(wait);
  if (known === undefined) return;
  if (begins) begun = { site: known.site, fiber: hub.current };
  setRun(known);
  // Those that it is made of are its own business: it may end before their turn.
  if (wait instanceof Script) for (const part of wait.args) setRun(made.get(part));
}

function setRun(known: Made | undefined): void {
  if (known === undefined) return;
  known.isRun = true;
  notRun.delete(known);
  collected.unregister(known);
}

function reportAll(): void {
  for (const known of notRun) reportNotRun(known);
}

function reportNotRun(known: Made): void {
  if (!notRun.delete(known)) return;
  const { location, callee } = known.site;
  // Without a location it is one of fibril's own.
  if (location === undefined || actsAtOnce.test(callee ?? "")) return;
  // Bun leaves out the frames of tail calls.
  const what = callee === undefined || callee === "script" ? "A Wait" : `The Wait of ${callee}()`;
  report(
    `wait ${location}`,
    `${what} at ${location} was never run: write \`yield*\` before it, or \`await\` outside of fibers`,
  );
}
