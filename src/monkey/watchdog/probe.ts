import type { Session } from "node:inspector";

interface Evaluated {
  readonly result: { readonly value?: unknown };
}

/**
 * Asks the program's thread from the watchdog's what it is at, by Node's inspector:
 * V8 lets a script in between two steps of whatever runs there, on top of its stack.
 * It needs no debugger, which would cost V8 100 ms at first, and stops nothing.
 *
 * Like `Slate` it goes there by its source: nothing from outside may be named here.
 */
export class Probe {
  /** What the program evaluates for an answer. */
  readonly #question: string;
  #session: Session | undefined;

  constructor(question: string) {
    this.#question = question;
    // Loaded before it is needed.
    process.getBuiltinModule("node:inspector");
  }

  /** Gives `answered` the program's answer: as soon as it runs any JavaScript, which may be never. */
  ask(answered: (answer: unknown) => void): void {
    const { Session } = process.getBuiltinModule("node:inspector");
    const session = new Session();
    this.#session = session;
    session.connectToMainThread();
    const options = { expression: this.#question, returnByValue: true, silent: true };
    session.post("Runtime.evaluate", options, (_error, answer: unknown) => {
      // To end a session answers all that is open, too.
      if (this.#session !== session) return;
      this.drop();
      answered((answer as Evaluated | undefined)?.result?.value);
    });
  }

  /** Takes the question back. */
  drop(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.disconnect();
  }
}
