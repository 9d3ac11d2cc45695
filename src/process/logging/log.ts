import { context } from "../context.ts";
import type { LogSettings } from "./log-settings.ts";

/** How much a record matters; Python's numbers. */
export const LEVELS = {
  NOTSET: 0,
  SUBDEBUG: 5,
  DEBUG: 10,
  INFO: 20,
  SUBWARNING: 25,
  WARNING: 30,
  ERROR: 40,
  CRITICAL: 50,
} as const;

/** What was logged. */
export interface LogRecord {
  readonly level: number;
  readonly levelName: string;
  readonly message: string;
  /** `MainProcess`, or what the process is called. */
  readonly processName: string;
  readonly pid: number;
  /** In milliseconds since 1970. */
  readonly time: number;
}

export type LogHandler = (record: LogRecord) => void;

const handlers: Set<LogHandler> = new Set();

export function addHandler(handler: LogHandler): void {
  handlers.add(handler);
}

export function removeHandler(handler: LogHandler): void {
  handlers.delete(handler);
}

/** Nothing is logged before somebody asks for it. */
export function settings(): LogSettings {
  return (context().logging ??= { level: LEVELS.WARNING, isPrinting: false });
}

/** Whether a record of that level goes anywhere. Cheap: it is asked where processes start and end. */
export function isLogged(level: number): boolean {
  const logging = context().logging;
  if (logging === undefined || level < logging.level) return false;
  return logging.isPrinting || handlers.size > 0;
}

/** Needs no lock, and parks nobody: it may be called anywhere, also while the process exits. */
export function log(level: number, message: string): void {
  if (!isLogged(level)) return;
  const { info, logging } = context();
  const record: LogRecord = {
    level,
    levelName: levelName(level),
    message,
    processName: info?.name ?? "MainProcess",
    pid: process.pid,
    time: Date.now(),
  };
  // In one write, so that the lines of several processes do not mix.
  if (logging?.isPrinting) console.error(`[${record.levelName}/${record.processName}] ${message}`);
  for (const handler of handlers) tell(handler, record);
}

/** What is logged must not break what logs it. */
function tell(handler: LogHandler, record: LogRecord): void {
  try {
    handler(record);
  } catch (error) {
    console.error("A log handler failed:", error);
  }
}

function levelName(level: number): string {
  const known = Object.entries(LEVELS).find(([, value]) => value === level);
  return known?.[0] ?? `Level ${level}`;
}

let isWatching = false;

/** Logs how this process ends, from now on. */
export function watchExit(): void {
  if (isWatching) return;
  isWatching = true;
  process.on("exit", (code) => {
    log(LEVELS.INFO, "process shutting down");
    if (context().info !== undefined) log(LEVELS.INFO, `process exiting with exitcode ${code}`);
  });
}
