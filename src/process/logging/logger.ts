import { show } from "../../fiber/body.ts";
import {
  addHandler,
  isLogged,
  LEVELS,
  type LogHandler,
  log,
  removeHandler,
  settings,
  watchExit,
} from "./log.ts";

/** Its name, in any case, or its number: "INFO" is 20. */
export type LogLevel =
  | keyof typeof LEVELS
  | Lowercase<keyof typeof LEVELS>
  | "WARN"
  | "warn"
  | number;

/**
 * What processes say of themselves, and what a program adds to that: `getLogger` gives it.
 *
 * Python: `logging.Logger`, as far as processes need it.
 *
 * @example
 * ```ts
 * import { getLogger, Logger } from "fibril/process";
 *
 * const logger = getLogger();
 * logger.level = "ERROR";
 * console.log(logger instanceof Logger, logger.level, logger.isEnabledFor("INFO")); // -> true 40 false
 * ```
 */
export class Logger {
  /** As a number; WARNING, 30, at first. */
  get level(): number {
    return settings().level;
  }

  set level(level: LogLevel) {
    settings().level = numberOf(level);
  }

  /** From now on less important records are dropped, here and in processes started later. */
  setLevel(level: LogLevel): void {
    this.level = level;
  }

  isEnabledFor(level: LogLevel): boolean {
    return isLogged(numberOf(level));
  }

  /** Calls `handler` with each record of this process. It must not wait; what it throws is printed. */
  addHandler(handler: LogHandler): void {
    if (typeof handler !== "function") {
      throw new TypeError(`Cannot log to ${show(handler)}: pass a function of a record`);
    }
    settings();
    watchExit();
    addHandler(handler);
  }

  removeHandler(handler: LogHandler): void {
    removeHandler(handler);
  }

  log(level: LogLevel, message: string): void {
    log(numberOf(level), String(message));
  }

  debug(message: string): void {
    this.log(LEVELS.DEBUG, message);
  }

  info(message: string): void {
    this.log(LEVELS.INFO, message);
  }

  warning(message: string): void {
    this.log(LEVELS.WARNING, message);
  }

  error(message: string): void {
    this.log(LEVELS.ERROR, message);
  }

  critical(message: string): void {
    this.log(LEVELS.CRITICAL, message);
  }
}

function numberOf(level: unknown): number {
  if (typeof level === "number" && level >= 0) return level;
  const name = typeof level === "string" ? level.toUpperCase() : "";
  const number = name === "WARN" ? LEVELS.WARNING : LEVELS[name as keyof typeof LEVELS];
  if (number !== undefined) return number;
  throw new TypeError(
    `Cannot log at the level ${show(level)}: pass ${Object.keys(LEVELS).join(", ")}, or a number`,
  );
}

const logger: Logger = /* @__PURE__ */ new Logger();

/**
 * The logger of fibril's processes. It says nothing before `logToStderr`, or a
 * handler of your own; children begin with the level that their parent has.
 *
 * multiprocessing: `multiprocessing.get_logger`.
 *
 * @example
 * ```ts
 * import { getLogger } from "fibril/process";
 *
 * const logger = getLogger();
 * logger.setLevel("INFO");
 * logger.addHandler(({ levelName, processName, message }) => {
 *   console.log(levelName, processName, message);
 * });
 * logger.info("hello"); // -> INFO MainProcess hello
 * logger.debug("nobody hears this");
 * // -> INFO MainProcess process shutting down
 * ```
 */
export function getLogger(): Logger {
  return logger;
}

/**
 * Prints what is logged to standard error, here and in processes started later,
 * as `[INFO/Process-1] child process calling self.run()`: each record is one
 * write. Gives the logger.
 *
 * multiprocessing: `multiprocessing.log_to_stderr`.
 *
 * @param level from now on, such as "INFO"; as it was if absent.
 * @example
 * ```ts
 * import { logToStderr, Process } from "fibril/process";
 *
 * logToStderr("INFO"); // standard error shows when the process begins and ends
 * const child = new Process({ target: () => {} });
 * child.start();
 * child.join().then(() => console.log(child.exitcode)); // -> 0
 * ```
 */
export function logToStderr(level?: LogLevel): Logger {
  if (level !== undefined) logger.level = level;
  settings().isPrinting = true;
  watchExit();
  return logger;
}
