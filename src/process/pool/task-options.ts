import type { Input as DurationInput } from "effect/Duration";
import { show } from "../../fiber/body.ts";
import { toMillis } from "../../fiber/delay.ts";
import type { Callbacks } from "./async-result.ts";
import { checkedCount } from "./settings.ts";
import type { TaskLimits } from "./task.ts";

/** How a task is treated. */
export interface TaskOptions {
  /**
   * How long a task, or a chunk of a map, may run: past it the result is a Timeout,
   * which is thrown into the task, too, and its worker is killed if that does not
   * help within a second. Bound your own wait by `get({ timeout })`.
   */
  readonly timeout?: DurationInput | undefined;
  /** How often a task may begin again when its worker dies: for those that may run twice. 0 if absent. */
  readonly retries?: number | undefined;
}

/** What is done at the end of a task. */
export interface CallbackOptions<A> {
  /** Called with the value, here, in a fiber of its own: it may wait. */
  readonly callback?: ((value: A) => unknown) | undefined;
  /** Called with the error, as `callback` is with the value. */
  readonly errorCallback?: ((error: unknown) => unknown) | undefined;
}

/** How `imap` and `imapUnordered` go ahead of their reader. */
export interface ImapOptions extends TaskOptions {
  /** How many items a worker is given at a time; 1 if absent. */
  readonly chunksize?: number | undefined;
  /** At most so many items are begun and not yet read; 8 chunks a worker if absent. */
  readonly maxsize?: number | undefined;
}

/** How a function is mapped over items. */
export interface MapOptions extends TaskOptions {
  /** Called with how many of the items are done, and how many there are. */
  readonly onProgress?: ((done: number, total: number) => unknown) | undefined;
  /** How many items a worker is given at a time; about 4 ms of work if absent. */
  readonly chunksize?: number | undefined;
  /** The first error ends it: what was not begun never is. `false`: all else is done first. */
  readonly stopOnError?: boolean | undefined;
}

export interface CheckedOptions {
  readonly limits: TaskLimits;
  readonly callbacks: Callbacks;
  readonly onProgress: MapOptions["onProgress"];
  readonly chunksize: number | undefined;
  readonly stopOnError: boolean;
  readonly maxsize: number | undefined;
}

type Names = readonly (keyof (MapOptions & CallbackOptions<never>) | "maxsize")[];

const LIMITS: Names = ["timeout", "retries"];
const CALLBACKS: Names = ["callback", "errorCallback"];
const MAPPING: Names = ["chunksize", "onProgress", "stopOnError"];

/** The options that the methods of a pool know. */
export const optionsOf: Readonly<
  Record<"apply" | "applyAsync" | "map" | "mapAsync" | "imap", Names>
> = {
  apply: LIMITS,
  applyAsync: [...LIMITS, ...CALLBACKS],
  map: [...LIMITS, ...MAPPING],
  mapAsync: [...LIMITS, ...MAPPING, ...CALLBACKS],
  imap: [...LIMITS, "chunksize", "maxsize"],
};

/** @throws TypeError or RangeError at the call. */
export function checkedOptions(given: unknown, names: Names, caller: string): CheckedOptions {
  if (given === undefined) return NONE;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new TypeError(
      `Cannot ${caller} with ${show(given)} as options: pass an object such as { ${names[0]}: 5 }`,
    );
  }
  const unknown = Object.keys(given).find((key) => !(names as readonly string[]).includes(key));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot ${caller} with the option "${unknown}": there are ${names.join(", ")}`,
    );
  }
  const options = given as Record<string, never>;
  const { timeout, retries, chunksize, maxsize, stopOnError } = options;
  const count = (value: unknown, name: string) =>
    value === undefined ? undefined : checkedCount(value, caller, name);
  return {
    limits: {
      timeout: timeout === undefined ? undefined : toMillis(timeout, caller),
      retries: checkedRetries(retries, caller),
    },
    callbacks: {
      callback: checkedFunction(options, "callback", caller),
      errorCallback: checkedFunction(
        options,
        "errorCallback",
        caller,
      ) as Callbacks["errorCallback"],
    },
    onProgress: checkedFunction(options, "onProgress", caller) as never,
    chunksize: count(chunksize, "items in a chunk"),
    stopOnError: stopOnError === true,
    maxsize: count(maxsize, "unread results"),
  };
}

const NONE: CheckedOptions = {
  limits: { timeout: undefined, retries: 0 },
  callbacks: { callback: undefined, errorCallback: undefined },
  onProgress: undefined,
  chunksize: undefined,
  stopOnError: false,
  maxsize: undefined,
};

function checkedRetries(retries: unknown, caller: string): number {
  if (retries === undefined) return 0;
  if (typeof retries !== "number") {
    throw new TypeError(`Cannot ${caller} with ${show(retries)} retries: pass a number`);
  }
  if (retries >= 0 && (Number.isInteger(retries) || retries === Number.POSITIVE_INFINITY))
    return retries;
  throw new RangeError(`Cannot ${caller} with ${retries} retries: pass an integer >= 0`);
}

function checkedFunction(
  options: Readonly<Record<string, unknown>>,
  name: string,
  caller: string,
): ((value: never) => unknown) | undefined {
  const value = options[name];
  if (value === undefined || typeof value === "function") return value as never;
  throw new TypeError(`Cannot ${caller} with ${show(value)} as ${name}: pass a function`);
}
