import { parseArgs } from "node:util";

/** How much is measured. */
export interface Options {
  /** The short form: Node alone, no peers of other languages, nothing is written. */
  readonly quick: boolean;
  /** How often every program is started, each time in turn with all others. */
  readonly rounds: number;
  /** Timed runs of a case in each of them. */
  readonly samples: number;
  /** Runtimes by name; none means all. */
  readonly runtimes: readonly string[];
  /** Cases by key; none means all. */
  readonly keys: readonly string[];
}

const usage = `npm run bench -- [--quick] [--rounds=5] [--samples=3] [--runtime=node]... [--only=key,key]

  --quick    seconds instead of minutes; fails if a case misses its goal by far
  --only     some cases, printed and not written: yield, spawn, sleep and so on;
             monkey for what patched calls cost, which writes its section`;

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      samples: { type: "string" },
      runtime: { type: "string", multiple: true },
      only: { type: "string", default: "" },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const { quick } = values;
  return {
    quick,
    rounds: positive(values.rounds, "rounds", quick ? 1 : 5),
    samples: positive(values.samples, "samples", 3),
    runtimes: values.runtime ?? (quick ? ["node"] : []),
    keys: values.only.split(",").filter((key) => key !== ""),
  };
}

/** An integer of the command line, >= 1. */
export function positive(text: string | undefined, name: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new RangeError(`Cannot measure with --${name}=${text}: pass an integer >= 1`);
}
