import type { Session } from "node:inspector";

/** What the program was at when it was looked into. */
export interface Finding {
  /** What the program says of itself: see `describeRunning`. */
  readonly running: unknown;
  /** Its frames, the innermost first, as V8 writes them. */
  readonly frames: readonly string[];
}

/** The part of the inspector's messages that is read. */
interface Paused {
  readonly callFrames: readonly {
    readonly functionName: string;
    readonly location: {
      readonly scriptId: string;
      readonly lineNumber: number;
      readonly columnNumber?: number | undefined;
    };
  }[];
}

/**
 * Looks into the program's thread from the watchdog's, by Node's inspector: stops
 * it for a millisecond, takes its stack, and asks it which fiber runs.
 *
 * Like `Slate` it goes there by its source: nothing from outside may be named here.
 */
export class Probe {
  /** What the program answers of itself, as an expression. */
  readonly #question: string;
  #session: Session | undefined;
  readonly #urls = new Map<string, string>();

  constructor(question: string) {
    this.#question = question;
    // Loaded before it is needed.
    process.getBuiltinModule("node:inspector");
  }

  /**
   * Gives `found` what the program is at, as soon as it runs any JavaScript, which
   * may be never; undefined if a debugger has stopped it.
   */
  ask(found: (finding: Finding | undefined) => void): void {
    const { Session } = process.getBuiltinModule("node:inspector");
    const session = new Session();
    this.#session = session;
    let isAsked = false;
    session.connectToMainThread();
    session.on("Debugger.scriptParsed", ({ params }) => {
      this.#urls.set(params.scriptId, params.url);
    });
    session.on("Debugger.paused", ({ params }) => {
      const frames = this.#framesOf(params);
      if (!isAsked) {
        this.drop();
        return found(undefined);
      }
      session.post(
        "Runtime.evaluate",
        { expression: this.#question, returnByValue: true, silent: true },
        (_error, answer) => {
          session.post("Debugger.resume");
          this.drop();
          found({ running: answer?.result?.value, frames });
        },
      );
    });
    session.post("Debugger.enable", () => {
      // A debugger's pause is told before this answer.
      if (this.#session !== session) return;
      isAsked = true;
      session.post("Debugger.pause");
    });
  }

  /** Takes back what was asked: the program must not stop later, when it is no longer blocked. */
  drop(): void {
    const session = this.#session;
    this.#session = undefined;
    this.#urls.clear();
    session?.disconnect();
  }

  #framesOf({ callFrames }: Paused): string[] {
    return callFrames.map(({ functionName, location }) => {
      const { scriptId, lineNumber, columnNumber = 0 } = location;
      const url = this.#urls.get(scriptId) ?? "<anonymous>";
      const place = `${url}:${lineNumber + 1}:${columnNumber + 1}`;
      return functionName === "" ? `at ${place}` : `at ${functionName} (${place})`;
    });
  }
}
