import * as Effect from "effect/Effect";
import { host } from "../internal/host.ts";
import { holdersOf, quietExit } from "../scheduler/deadlock.ts";
import { hub } from "../scheduler/hub.ts";
import { DAEMON } from "../scheduler/task.ts";
import type { FiberCore } from "./core.ts";
import { GreenletExit, isGreenletExit } from "./greenlet-exit.ts";
import { DEFAULT_GRACE_MS } from "./killing.ts";
import { NEW } from "./state.ts";
import { reportUnobserved } from "./unobserved.ts";

/**
 * What fibril does for the program as a whole: it says when nothing can go on
 * any more, reports failures that nobody saw, and turns Ctrl-C into kills.
 */

/** The shell's code for a program ended by SIGINT: 128 + 2. */
const EXIT_BY_SIGINT = 130;

/** A body that catches LoopExit to wait again is let go after so many: the program must end. */
const MOST_LOOP_EXITS = 100;

/** The handlers of signals in place: while there are some, a signal may wake who waits. */
export const handledSignals: Set<() => void> = new Set<() => void>();

let watching = false;

/** Begins to watch with the first fiber: importing fibril changes nothing. */
export function watchProgram(): void {
  if (watching) return;
  watching = true;
  quickenEffectLookup();
  host.process.on("exit", reportUnobserved);
  // Two listeners of SIGINT would take each other for the program's own.
  if (hub.watched) return;
  hub.watched = true;
  host.onQuiet(onQuiet, () => hub.turns);
  host.process.on("SIGINT", onInterrupt);
}

/** Whether somebody was told that nothing can wake it. */
let wasQuiet = false;

/**
 * Effect keeps its current fiber in a property of the global object, which every
 * Wait looks at. Until a first Effect has run it is absent, and to find that out
 * costs V8 10 ns more each time: a fifth of a switch.
 */
function quickenEffectLookup(): void {
  Effect.runSync(Effect.sync(() => {}));
}

/**
 * The host has nothing left to do: whoever still waits, waits for ever. `ends` is
 * false where the host does not end by itself then.
 */
function onQuiet(ends: boolean): void {
  const parked = ([...hub.roster] as FiberCore[]).filter(countsAsParked);
  if (parked.length === 0 || hub.hasWork) {
    reportUnobserved();
    if (!ends && wasQuiet && !hub.hasWork) host.process.exit(exitCode(UNSETTLED_AWAIT));
    return;
  }
  // A daemon that sleeps may yet wake them.
  if (hub.timers.hold()) return;
  if (handledSignals.size + hub.signals > 0) return stayForSignals();
  wasQuiet = true;
  const exit = quietExit(parked);
  const strike = { error: exit, level: Number.POSITIVE_INFINITY };
  const struck = struckFirst(parked).filter((fiber) => ++fiber.more.loopExits <= MOST_LOOP_EXITS);
  // One that has not begun, and never will, has no wait to throw it at.
  for (const fiber of struck) fiber.state === NEW ? fiber.endThrowing(exit) : fiber.strike(strike);
  // The host asks once more only if it had something to do.
  if (struck.length > 0) return void host.setImmediate(() => {});
  console.error(exit);
  host.process.exit(exitCode(1));
}

/** Node's code for a main module that awaits what never comes. */
const UNSETTLED_AWAIT = 13;

function exitCode(otherwise: number): number {
  return Number(host.process.exitCode || otherwise);
}

/** An async body stands for what it awaits. */
function countsAsParked(fiber: FiberCore): boolean {
  return !fiber.daemon && !(fiber.isGuest && fiber.owner?.dead === false);
}

/**
 * Those who wait for no other fiber: whoever joins them gets the LoopExit as their
 * failure. If each waits for others, the one that was spawned last opens the cycle.
 */
function struckFirst(parked: FiberCore[]): FiberCore[] {
  const last = parked.filter((fiber) => holdersOf(fiber).length === 0);
  return last.length > 0 ? last : parked.slice(-1);
}

/** Long enough to be no load, short enough for a handler that is taken back. */
const SIGNAL_CHECK_MS = 1000;

/**
 * Fibers wait and a signal may come, of the system or an AbortSignal: those of
 * `AbortSignal.timeout` keep no program alive. It goes on until one of both is over.
 */
function stayForSignals(): void {
  setTimeout(() => {}, SIGNAL_CHECK_MS);
}

let interrupted = false;

/** The first Ctrl-C kills every fiber and waits for the cleanups, a second one for nothing. */
function onInterrupt(): void {
  // A program with a handler of its own decides by itself.
  if (host.process.listenerCount("SIGINT") > 1) return;
  if (interrupted || hub.roster.isEmpty()) host.process.exit(EXIT_BY_SIGINT);
  interrupted = true;
  shutDown(EXIT_BY_SIGINT);
}

/** The second round kills what a cleanup spawned; what lives on then, an Effect's finalizer, never ends. */
const MOST_ROUNDS = 2;

/**
 * Kills every fiber, waits until every `finally` ran, and exits with `code`.
 * What is spawned by a cleanup gets the grace, too, and is then killed as well.
 */
export function shutDown(code: number): void {
  host.muteUnhandled(isGreenletExit);
  killEverything();
  let rounds = 1;
  // It keeps the program alive: one that ended by itself would not end with `code`.
  setInterval(() => {
    if (++rounds > MOST_ROUNDS) exitWith(code);
    killEverything();
  }, DEFAULT_GRACE_MS);
  exitWhenDrained(code);
}

function killEverything(): void {
  const kill = new GreenletExit("The program was interrupted");
  for (const fiber of [...hub.roster] as FiberCore[]) {
    if (fiber.daemon) waitForDaemon(fiber);
    fiber.beginKill(kill, DEFAULT_GRACE_MS);
  }
}

/** Its cleanup must not be cut short by the end of the others. */
function waitForDaemon(fiber: FiberCore): void {
  hub.roster.remove(fiber);
  fiber.flags &= ~DAEMON;
  hub.roster.add(fiber);
}

/** After one turn of the host, in which the main program's own `finally` may go on. */
function exitWhenDrained(code: number): void {
  const everything = { isFiber: false, withGuests: true, drained: () => exitWhenDrained(code) };
  host.setImmediate(() => {
    if (hub.roster.whenDrained(everything)) exitWith(code);
  });
}

function exitWith(code: number): never {
  reportUnobserved();
  return host.process.exit(code);
}
