import { show } from "../fiber/body.ts";
import type { FiberState } from "../fiber/fiber-state.ts";
import { STRUCK } from "../fiber/state.ts";
import { stopReason } from "../fiber/stop-reason.ts";
import { Timeout } from "../fiber/timeout.ts";
import { host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";
import type { TraceEvent } from "../scheduler/trace.ts";
import { outcomeOf } from "./outcome-of.ts";
import { type Track, Tracks } from "./tracks.ts";

/** An event of Chrome's trace format, without what all have in common. */
interface ChromeEvent {
  readonly ph: "M" | "X" | "i" | "s" | "f" | "C";
  readonly name: string;
  readonly ts?: number;
  readonly tid?: number;
  readonly [field: string]: unknown;
}

/** A fiber as it is drawn. */
interface Drawn {
  readonly tid: number;
  /** When the slice began that is not written yet. */
  since: number;
  /** Whether it runs in that slice; else it waits. */
  isRunning: boolean;
  /** What it waits for in that slice. */
  reason: string;
  /** The arrow of its spawn still has to reach it. */
  isAwaited: boolean;
}

/**
 * Turns what the hub tells into Chrome trace events: a track for each fiber, on
 * which slices of running and of waiting take turns. A slice is written when it
 * is over, so that none is ever left open.
 */
export class TraceRecorder {
  readonly #write: (text: string) => void;
  readonly #drawn = new Map<FiberState, Drawn>();
  readonly #tracks = new Tracks();
  /** Fibers only, without the awaits outside of them. */
  #live = 0;
  #isFirst = true;
  #turn = -1;

  constructor(write: (text: string) => void) {
    this.#write = write;
    this.#emit({ ph: "M", name: "process_name", args: { name: `fibril on ${host.runtime}` } });
    this.#nameTrack(this.#tracks.top);
    for (const fiber of hub.roster as Iterable<FiberState>) this.#draw(fiber);
    this.#countFibers();
  }

  readonly record = ({ type, fiber }: TraceEvent): void => {
    const state = fiber as FiberState;
    if (type === "spawn") this.#spawned(state);
    else if (type === "run") this.#runs(state);
    else if (type === "stop") this.#stopped(state);
    else this.#ended(state);
  };

  /** Writes what is still open, and the array's end. */
  close(): void {
    const now = micros();
    for (const drawn of this.#drawn.values()) this.#endSlice(drawn, now);
    this.#write("\n]\n");
  }

  #spawned(fiber: FiberState): void {
    const drawn = this.#draw(fiber);
    const spawner = this.#drawn.get(hub.current as FiberState);
    const tid = spawner?.isRunning === true ? spawner.tid : this.#tracks.top.tid;
    const ts = drawn.since;
    // An arrow has to start in a slice, and the top level has none.
    if (tid === this.#tracks.top.tid) {
      this.#emit({ ph: "X", name: `spawn ${fiber.name}`, ts, tid, dur: 0 });
    }
    this.#emit({ ph: "s", name: "spawn", cat: "spawn", id: fiber.id, ts, tid });
    drawn.isAwaited = true;
    this.#countFibers();
  }

  #runs(fiber: FiberState): void {
    // A dead one only tells those who joined it.
    if (fiber.dead) return;
    const drawn = this.#drawn.get(fiber) ?? this.#draw(fiber);
    if (fiber.state === STRUCK) this.#struck(fiber, drawn);
    if (drawn.isRunning) return;
    const ts = micros();
    this.#endSlice(drawn, ts);
    drawn.isRunning = true;
    drawn.since = ts;
    if (drawn.isAwaited) {
      const { tid } = drawn;
      this.#emit({ ph: "f", bp: "e", name: "spawn", cat: "spawn", id: fiber.id, ts, tid });
      drawn.isAwaited = false;
    }
    this.#countReady(ts);
  }

  #stopped(fiber: FiberState): void {
    const drawn = this.#drawn.get(fiber);
    if (drawn === undefined) return;
    const ts = micros();
    drawn.reason = fiber.dead ? "end" : stopReason(fiber);
    this.#endSlice(drawn, ts);
    drawn.isRunning = false;
    drawn.since = ts;
    if (fiber.dead) this.#forget(fiber);
  }

  #ended(fiber: FiberState): void {
    const drawn = this.#drawn.get(fiber) ?? this.#draw(fiber);
    this.#mark(drawn, `end: ${outcomeOf(fiber)}`);
    // It ends in a step of its own, which is not over yet, or outside of any.
    if (drawn.isRunning) return;
    this.#endSlice(drawn, micros());
    this.#forget(fiber);
  }

  #struck(fiber: FiberState, drawn: Drawn): void {
    const error = fiber.inbox;
    const isKill = fiber.extra?.killing?.strike.error === error;
    const what = isKill ? "kill" : error instanceof Timeout ? "timeout" : "throw";
    this.#mark(drawn, what, { error: error instanceof Error ? String(error) : show(error) });
  }

  // --- Tracks

  #draw(fiber: FiberState): Drawn {
    const track = this.#tracks.of(fiber);
    this.#nameTrack(track);
    const { tid } = track;
    const reason = fiber.park === undefined ? "ready" : fiber.park.describe();
    const drawn = { tid, since: micros(), isRunning: false, reason, isAwaited: false };
    this.#drawn.set(fiber, drawn);
    if (!fiber.isGuest) this.#live++;
    return drawn;
  }

  #nameTrack({ tid, name, order }: Track): void {
    this.#emit({ ph: "M", name: "thread_name", tid, args: { name } });
    this.#emit({ ph: "M", name: "thread_sort_index", tid, args: { sort_index: order } });
  }

  #forget(fiber: FiberState): void {
    this.#drawn.delete(fiber);
    this.#tracks.release(fiber);
    if (fiber.isGuest) return;
    this.#live--;
    this.#countFibers();
  }

  // --- Events

  #endSlice({ tid, since, isRunning, reason }: Drawn, now: number): void {
    // A clock that was changed meanwhile may stand before the slice's begin.
    const dur = rounded(Math.max(0, now - since));
    const what = isRunning ? { name: "run", args: { then: reason } } : { name: reason };
    this.#emit({ ph: "X", cat: isRunning ? "run" : "wait", ts: since, dur, tid, ...what });
  }

  #mark({ tid }: Drawn, name: string, args: Readonly<Record<string, string>> = {}): void {
    this.#emit({ ph: "i", s: "t", name, ts: micros(), tid, args });
  }

  #countFibers(): void {
    this.#emit({ ph: "C", name: "live fibers", ts: micros(), args: { live: this.#live } });
  }

  /** Once a turn. */
  #countReady(ts: number): void {
    if (this.#turn === hub.turns) return;
    this.#turn = hub.turns;
    const ready = hub.ring.size + hub.lanes.size;
    this.#emit({ ph: "C", name: "ready queue", ts, args: { ready } });
  }

  #emit(event: ChromeEvent): void {
    const text = JSON.stringify({ ...event, pid: host.process.pid });
    this.#write(`${this.#isFirst ? "[\n" : ",\n"}${text}`);
    this.#isFirst = false;
  }
}

/** The hub's time, as the format wants it: microseconds. */
function micros(): number {
  return rounded(hub.timers.now() * 1000);
}

/** To the nanosecond: more is noise, and a third of the file. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
