/**
 * Child processes that a fiber waits for.
 *
 * @module
 */
export type { WaitOptions } from "../fiber/limits.ts";
export type { Wait } from "../fiber/wait.ts";
export { BrokenPipeError, FileNotFoundError, PermissionError } from "../net/os-errors.ts";
export type { PipeReader } from "../net/pipe-reader.ts";
export type { PipeWriter } from "../net/pipe-writer.ts";
export { type CommunicateOptions, Popen } from "../net/popen.ts";
export {
  CalledProcessError,
  type Command,
  type Output,
  SubprocessError,
  TimeoutExpired,
} from "../net/subprocess-errors.ts";
export {
  type AnyPipeReader,
  type DataOf,
  DEVNULL,
  type Encoding,
  type IfCaptured,
  type IfPiped,
  type NoOptions,
  type Only,
  PIPE,
  type PopenOptions,
  type RunOptions,
  STDOUT,
  type Stdio,
} from "../net/subprocess-options.ts";
export {
  type CheckOutputOptions,
  CompletedProcess,
  call,
  checkCall,
  checkOutput,
  run,
} from "../net/subprocess-run.ts";
