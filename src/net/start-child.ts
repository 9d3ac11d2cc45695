// Node's own module, which Deno and Bun have as well. Effect's `ChildProcess` would need a layer from
// @effect/platform-node (0.8 s to load), starts asynchronously and has no pid before that.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { accessSync, constants, type Stats, statSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { show } from "../fiber/body.ts";
import { host } from "../internal/host.ts";
import { FileNotFoundError, PermissionError } from "./os-errors.ts";
import { PipeReader } from "./pipe-reader.ts";
import { type Command, SubprocessError, showCommand } from "./subprocess-errors.ts";
import { DEVNULL, PIPE, type PopenOptions, STDOUT } from "./subprocess-options.ts";

const SHELL = "/bin/sh";

type ChildStdio = "pipe" | "ignore" | "inherit" | number;

/** Starts a child now; throws if that fails. */
export function startChild(command: Command, options: PopenOptions): ChildProcess {
  const shell = options.shell === true;
  const { file, args } = partsOf(command, shell);
  const stdio = stdioOf(options);
  const environment = new Environment(options);
  const merged = options.stderr === STDOUT && stdio[1] === "pipe";
  if (merged && !shell) environment.check(file);
  const [program, ...rest] = merged ? merging(file, args, shell) : [file, ...args];
  const child = spawn(program, rest, { ...environment.spawnOptions, stdio } satisfies SpawnOptions);
  // Without a listener the failure to start, or to be killed, would end this program.
  child.on("error", () => {});
  if (child.pid !== undefined) return child;
  environment.check(shell ? SHELL : file);
  throw new SubprocessError(
    `Cannot start ${showCommand(command)}: the system refused it; are too many processes or files open?`,
  );
}

function partsOf(command: Command, shell: boolean): { file: string; args: readonly string[] } {
  if (typeof command === "string" && command !== "") return { file: command, args: [] };
  if (!Array.isArray(command) || command.length === 0) {
    throw new TypeError(
      `Cannot start ${show(command)}: pass an array of the program and its arguments`,
    );
  }
  if (shell) {
    throw new TypeError(
      `Cannot start an array in a shell: pass the line as one string, or leave out \`shell\``,
    );
  }
  const stray = command.findIndex((part) => typeof part !== "string");
  if (stray >= 0) {
    throw new TypeError(
      `Cannot start "${command[0]}" with ${show(command[stray])} as argument ${stray}: pass a string`,
    );
  }
  const [file, ...args] = command as [string, ...string[]];
  return { file, args };
}

function stdioOf({ stdin, stdout, stderr }: PopenOptions): ChildStdio[] {
  const out = streamOf("stdout", stdout);
  const input = stdin instanceof PipeReader ? "pipe" : streamOf("stdin", stdin);
  if (stderr !== STDOUT) return [input, out, streamOf("stderr", stderr)];
  // Of a pipe the shell makes both: see `merging`.
  if (out === "pipe") return [input, out, "inherit"];
  return [input, out, out === "inherit" ? 1 : out];
}

function streamOf(name: string, given: unknown): ChildStdio {
  if (given === undefined) return "inherit";
  if (given === PIPE || given === DEVNULL || given === "inherit") return given;
  const fd = typeof given === "object" ? (given as { fd?: unknown } | null)?.fd : given;
  if (typeof fd === "number" && Number.isInteger(fd) && fd >= 0) return fd;
  const also = name === "stderr" ? ", STDOUT" : "";
  throw new TypeError(
    `Cannot use ${show(given)} as ${name}: pass PIPE, DEVNULL${also} or a file descriptor`,
  );
}

/** Node gives every stream a pipe of its own: a shell makes one of both, and becomes the program. */
function merging(file: string, args: readonly string[], shell: boolean): [string, ...string[]] {
  if (shell) return [`exec 2>&1\n${file}`];
  return [SHELL, "-c", 'exec "$0" "$@" 2>&1', file, ...args];
}

/** Where a program is looked for and runs. */
class Environment {
  readonly #cwd: string;
  readonly #path: string;
  readonly spawnOptions: SpawnOptions;

  constructor({ cwd, env, shell, startNewSession }: PopenOptions) {
    this.#cwd = cwd === undefined ? host.process.cwd() : folderOf(cwd);
    this.#path = (env === undefined ? host.environment("PATH") : env["PATH"]) ?? "";
    this.spawnOptions = {
      cwd: this.#cwd,
      ...(env !== undefined && { env: { ...env } }),
      shell: shell === true,
      detached: startNewSession === true,
    };
  }

  /** Says why a program can't be started. Node's own error blames the program for a missing folder. */
  check(program: string): void {
    if (!isFolder(this.#cwd)) {
      throw new FileNotFoundError(
        `Cannot start "${program}" in "${this.#cwd}": there is no such folder`,
        this.#cwd,
      );
    }
    const found = this.#candidates(program).filter(exists);
    if (found.length === 0) throw notFound(program);
    if (found.some(isExecutable)) return;
    throw new PermissionError(
      `Cannot start "${found[0]}": it is a folder or not executable`,
      program,
    );
  }

  #candidates(program: string): string[] {
    if (isPath(program)) return [resolve(this.#cwd, program)];
    return this.#path.split(delimiter).map((folder) => join(folder, program));
  }
}

/** Not the mere name of something on the PATH. */
function isPath(program: string): boolean {
  return basename(program) !== program;
}

function folderOf(cwd: string | URL): string {
  if (typeof cwd === "string" && cwd !== "") return cwd;
  if (cwd instanceof URL) return fileURLToPath(cwd);
  throw new TypeError(`Cannot start a program in ${show(cwd)}: pass the path of a folder`);
}

function notFound(program: string): FileNotFoundError {
  const where = isPath(program) ? "there is no such file" : "it is not on the PATH";
  const advice = program.includes(" ")
    ? "; pass its arguments in an array, or a line for the shell with `shell: true`"
    : "";
  return new FileNotFoundError(`Cannot start "${program}": ${where}${advice}`, program);
}

function exists(path: string): boolean {
  return statOf(path) !== undefined;
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() === true;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return false;
  }
  return statOf(path)?.isFile() === true;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
