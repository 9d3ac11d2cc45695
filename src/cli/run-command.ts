import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import type { BlockingMode } from "../monkey/blocking.ts";
import { modules, type PatchName } from "../monkey/modules.ts";
import type { PatchOptions } from "../monkey/patch.ts";
import { UsageError } from "./usage-error.ts";

/** A script that is to be run, and how. */
export interface RunCommand {
  /** Its whole path. */
  readonly script: string;
  readonly args: readonly string[];
  /** Those of `patchAll`. */
  readonly patches: PatchOptions;
}

/**
 * Reads `[options] script [args...]`: what comes after the script is the script's.
 *
 * @throws UsageError
 */
export function readRunCommand(args: readonly string[]): RunCommand {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const at = tokens.find(({ kind }) => kind === "positional")?.index ?? args.length;
  const patches = readPatches(args.slice(0, at).filter((arg) => arg !== "--"));
  const script = args[at];
  if (script === undefined) throw new UsageError("No script is given: fibril run script.ts");
  return { script: pathOf(script), args: args.slice(at + 1), patches };
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

function readPatches(args: readonly string[]): PatchOptions {
  const values = parse(args);
  const only = names.filter((name) => values[flagOf(name)] === true);
  const isWanted = (name: PatchName) =>
    values[`no-${flagOf(name)}`] !== true && (only.length === 0 || only.includes(name));
  const unwanted = names.filter((name) => !isWanted(name)).map((name) => [name, false]);
  return {
    ...Object.fromEntries(unwanted),
    ...blockingOf(values["blocking"]),
    ...limitOf(values["max-blocking-time"]),
  };
}

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options }).values as Values;
  } catch (error) {
    // Its advice is about positionals, of which there are none.
    const [message = ""] = (error as Error).message.split(". ");
    throw new UsageError(message);
  }
}

function blockingOf(mode: Values[string]): Pick<PatchOptions, "blocking"> {
  if (mode === undefined) return {};
  if (!MODES.includes(mode as BlockingMode)) {
    throw new UsageError(`Unknown --blocking "${mode}": pass ${MODES.join(", ")}`);
  }
  return { blocking: mode as BlockingMode };
}

const MODES: readonly BlockingMode[] = ["report", "throw", "ignore"];

function limitOf(time: Values[string]): Pick<PatchOptions, "maxBlockingTime"> {
  if (time === undefined) return {};
  if (time === "off") return { maxBlockingTime: false };
  const millis = Number(time);
  if (millis > 0) return { maxBlockingTime: millis };
  throw new UsageError(`Unknown --max-blocking-time "${time}": pass milliseconds or off`);
}

const names = Object.keys(modules) as PatchName[];

/** How the command line writes the name of what can be patched. */
export function flagOf(name: PatchName): string {
  return name === "childProcess" ? "child-process" : name;
}

const options: NonNullable<ParseArgsConfig["options"]> = {
  blocking: { type: "string" },
  "max-blocking-time": { type: "string" },
  ...Object.fromEntries(
    names.flatMap((name) => [
      [flagOf(name), { type: "boolean" }],
      [`no-${flagOf(name)}`, { type: "boolean" }],
    ]),
  ),
};

/** Where a runtime would find the script: the ending of a CommonJS module may be left out. */
function pathOf(script: string): string {
  const path = resolve(script);
  if (existsSync(path)) return path;
  try {
    return createRequire(path).resolve(path);
  } catch {
    throw new UsageError(`Cannot run "${script}": there is no file ${path}`);
  }
}
