import { Probe } from "./probe.ts";
import { Slate } from "./slate.ts";
import { Watch } from "./watch.ts";

/** What the thread gets from the program. */
export interface ThreadData {
  readonly memory: SharedArrayBuffer;
  /** The expression that asks the program what it is at; undefined where there is no inspector. */
  readonly question: string | undefined;
  readonly foreign: string;
  readonly advice: string;
  readonly since: number;
}

/**
 * The program of the watchdog's thread. As text, since a file of its own would
 * have to be found in whatever bundle, registry or cache fibril is loaded from.
 */
export function threadSource(): string {
  // Tools that keep the names of classes call this in them.
  return `
    globalThis.__name = (named) => named;
    const { memory, question, foreign, advice, since } =
      process.getBuiltinModule("node:worker_threads").workerData;
    const slate = new (${Slate})(memory);
    const probe = question === undefined ? undefined : new (${Probe})(question);
    new (${Watch})({ slate, probe, foreign, advice, since }).look();
  `;
}
