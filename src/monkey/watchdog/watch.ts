import type { Probe } from "./probe.ts";
import type { Slate } from "./slate.ts";

/** What the program says of itself when it is asked, in JSON. */
export interface Running {
  /** Whether there is any fiber that could be blocked. */
  readonly hasFibers: boolean;
  /** The id of the fiber that runs; 0 outside of fibers. */
  readonly id: number;
  /** The same in words. */
  readonly fiber?: string | undefined;
  /** The stack, as V8 writes it. */
  readonly frames: readonly string[];
}

/** What the thread has to know. */
export interface WatchOptions {
  readonly slate: Slate;
  /** Where there is an inspector. */
  readonly probe: Probe | undefined;
  /** A regular expression for frames that are not the program's own. */
  readonly foreign: string;
  /** What to do in place of computing. */
  readonly advice: string;
  /** Since when the program is watched, in milliseconds of the clock: a thread takes some to start. */
  readonly since: number;
}

/**
 * The watchdog itself: it runs in a thread of its own, and tells of the program
 * when that stands still for too long.
 *
 * Like `Slate` it goes there by its source: nothing from outside may be named here.
 */
export class Watch {
  /** A block is looked at again when it has grown so many times as long. */
  static readonly #GROWTH = 4;
  /**
   * A program that uses no processor waits in the host, or for a machine that is
   * busy: the latter is no block. So it has this much longer, in milliseconds, in
   * which this thread is not kept waiting either.
   */
  static readonly #PATIENCE = 1500;
  /** Of the time that a block may last: who has used less of a processor did not compute. */
  static readonly #BUSY = 0.8;
  /** Of a processor: who has less of it does not compute, however busy the machine is. */
  static readonly #SHARE = 0.1;
  /** A machine that is asleep, or a program that was stopped, stops this thread as well. */
  static readonly #LONGEST_GAP = 500;
  /** How long a thread stays that nobody needs, in milliseconds: a new one takes 40. */
  static readonly #LINGER = 2000;
  static readonly #MOST_FRAMES = 20;

  readonly #slate: Slate;
  readonly #probe: Probe | undefined;
  readonly #foreign: RegExp;
  readonly #advice: string;
  #lastLook = performance.now();
  #beats: number;
  #cpu = process.cpuUsage();
  /** What it has used of a processor since the last beat, in milliseconds. */
  #used = 0;
  /** Whether it did so just now. */
  #isComputing = false;
  /** How long the loop has stood still by now, in milliseconds. */
  #blocked: number;
  /** For how much of that the machine was not too busy for this thread. */
  #calm = 0;
  /** When to tell of that. */
  #due: number;
  /** What was calm when the probe was sent; undefined when none is out. */
  #askedAt: number | undefined;
  #wasTold = false;
  /** The call that was to blame, and what to call instead, a line each. */
  #blamed: string | undefined;
  /** It was told of without anything that says where it is. */
  #owesStack = false;

  constructor({ slate, probe, foreign, advice, since }: WatchOptions) {
    this.#slate = slate;
    this.#beats = slate.beats;
    // The first beat was when the watch began: the program may have been blocked ever since.
    this.#blocked = (slate.beats > 1 ? 0 : Date.now() - since) - slate.period;
    this.#due = slate.limit;
    this.#probe = probe;
    this.#foreign = new RegExp(foreign);
    this.#advice = advice;
  }

  /** Looks at the program, again and again. */
  readonly look = (): void => {
    if (this.#slate.isSuspended) {
      this.#goOn();
      if (!this.#slate.awaitResumption(Watch.#LINGER)) return;
      this.#lastLook = performance.now();
    }
    setTimeout(this.look, this.#slate.period);
    this.#measure();
    if (this.#blocked >= this.#due) this.#examine();
  };

  #measure(): void {
    const { beats, period } = this.#slate;
    const now = performance.now();
    const passed = now - this.#lastLook;
    this.#lastLook = now;
    if (beats !== this.#beats) return this.#goOn();
    this.#blocked += Math.min(passed, period + Watch.#LONGEST_GAP);
    if (passed < 2 * period) this.#calm += passed;
    const { user, system } = process.cpuUsage(this.#cpu);
    const used = (user + system) / 1000;
    this.#isComputing = used - this.#used > passed * Watch.#SHARE;
    this.#used = used;
  }

  /** The program is not blocked, or no longer. */
  #goOn(): void {
    this.#beats = this.#slate.beats;
    this.#cpu = process.cpuUsage();
    this.#used = 0;
    // The next beat is due a period after the last.
    this.#blocked = -this.#slate.period;
    this.#calm = 0;
    this.#due = this.#slate.limit;
    this.#wasTold = false;
    this.#blamed = undefined;
    this.#owesStack = false;
    if (this.#askedAt !== undefined) this.#probe?.drop();
    this.#askedAt = undefined;
  }

  #examine(): void {
    if (!this.#isBusy && this.#calm < Watch.#PATIENCE) return;
    const { call } = this.#slate;
    if (this.#askedAt === undefined && this.#probe !== undefined) this.#ask(this.#probe);
    if (call !== "") this.#tellCall(call);
    else if (this.#probe === undefined) this.#tellNoted();
    else if (this.#calm >= (this.#askedAt ?? 0) + Watch.#PATIENCE) this.#tellHost();
  }

  /** Whether it computes, or is in a call that is known to block. */
  get #isBusy(): boolean {
    const hasComputed = this.#used > this.#slate.limit * Watch.#BUSY;
    return this.#slate.call !== "" || (hasComputed && this.#isComputing);
  }

  #ask(probe: Probe): void {
    const beats = this.#beats;
    const isIdle = !this.#isBusy;
    const askedAt = this.#calm;
    this.#askedAt = askedAt;
    probe.ask((answer) => {
      this.#askedAt = undefined;
      if (this.#slate.isSuspended || this.#slate.beats !== beats) return;
      const isPrompt = this.#calm - askedAt < this.#slate.limit;
      // Who does nothing and yet answers stands still in a debugger.
      if (isIdle && isPrompt) this.#leaveAlone();
      else this.#tellAnswer(answer);
    });
  }

  #tellAnswer(answer: unknown): void {
    if (typeof answer !== "string") return this.#leaveAlone();
    const running: Running = JSON.parse(answer);
    const known = running.frames.filter((frame) => !this.#foreign.test(frame));
    // What is built in, such as Array.sort, says something only where the program called it.
    const outermost = known.findLastIndex((frame) => !frame.endsWith("<anonymous>)"));
    // Without a frame of its own the program was only slow to come to its beat.
    if (!running.hasFibers || outermost < 0) return this.#leaveAlone();
    const own = known.slice(0, Math.min(outermost + 1, Watch.#MOST_FRAMES));
    this.#tell(
      running,
      own.map((frame) => this.#short(frame)),
    );
  }

  #tell({ id, fiber }: Running, frames: readonly string[]): void {
    const [, name = ""] = /^at (\S+) \(/.exec(frames[0] ?? "") ?? [];
    const what = this.#blamed ?? `${name}\n${this.#advice}`;
    this.#slate.tell([what, ...frames].join("\n"), this.#blocked, id);
    if (this.#blocked < this.#due && !this.#owesStack) return;
    const stack = frames.map((frame) => `\n    ${frame}`);
    this.#print(fiber ?? "The program, in no fiber,", this.#advice, stack.join(""));
    this.#owesStack = false;
  }

  /** Of a call that was noted: the stack may follow, but only for the event. */
  #tellCall(note: string): void {
    const [id, fiber = "", call = "", instead = ""] = note.split("\n");
    this.#blamed = `${call}\n${instead}`;
    this.#slate.tell(this.#blamed, this.#blocked, Number(id));
    this.#print(`${call} in ${fiber}`, `call ${instead}, which yields`, "");
  }

  /** What is known where there is no inspector. */
  #tellNoted(): void {
    const { running, hasFibers } = this.#slate;
    const fiber = this.#slate.nameOf(running);
    if (!hasFibers && fiber === undefined) return this.#leaveAlone();
    this.#slate.tell(`\n${this.#advice}`, this.#blocked, running);
    this.#print(fiber ?? "An async function, or code in no fiber,", this.#advice, "");
  }

  /** The program is in a call that runs no JavaScript, and gives the inspector no answer. */
  #tellHost(): void {
    if (!this.#slate.hasFibers) return;
    this.#slate.tell(`\n${this.#advice}`, this.#blocked, 0);
    this.#print("A call into the host", "its stack follows when it is over", "");
    this.#owesStack = true;
  }

  /** For now: what nobody is to blame for may go over into what somebody is, without a beat between them. */
  #leaveAlone(): void {
    this.#due = this.#blocked * Watch.#GROWTH;
  }

  #print(who: string, advice: string, stack: string): void {
    const millis = Math.round(this.#blocked);
    const isKnown = this.#wasTold && !this.#owesStack;
    const text = isKnown
      ? `${who} still blocks every fiber, for ${millis} ms by now${stack}\n`
      : `${who} has blocked every fiber for ${millis} ms: ${advice}${stack}\n`;
    this.#wasTold = true;
    this.#due = this.#blocked * Watch.#GROWTH;
    try {
      // The console would go through the thread that is blocked.
      process.getBuiltinModule("node:fs").writeSync(2, text);
    } catch {
      // Nobody reads it, or not fast enough.
    }
  }

  /** As a terminal makes a link of it. */
  #short(frame: string): string {
    return frame.replace(`file://${process.cwd()}/`, "").replace("file://", "");
  }
}
