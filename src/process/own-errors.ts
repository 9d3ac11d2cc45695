import { GreenletExit } from "../fiber/greenlet-exit.ts";
import { InvalidSwitch } from "../fiber/invalid-switch.ts";
import { Timeout } from "../fiber/timeout.ts";
import { ConcurrentObjectUseError } from "../net/concurrent-object-use-error.ts";
import { KeyError } from "../net/key-error.ts";
import { LineTooLong } from "../net/line-too-long.ts";
import { BrokenPipeError, FileNotFoundError, PermissionError } from "../net/os-errors.ts";
import { SocketError } from "../net/socket-error.ts";
import { CalledProcessError, SubprocessError, TimeoutExpired } from "../net/subprocess-errors.ts";
import { LoopExit } from "../scheduler/deadlock.ts";
import { BrokenBarrierError } from "../sync/broken-barrier-error.ts";
import { ChannelClosed } from "../sync/channel-closed.ts";
import { InvalidStateError } from "../sync/invalid-state-error.ts";
import { PoolFull } from "../sync/pool-full.ts";
import { Empty, Full, ShutDown } from "../sync/queue-errors.ts";
import { type AnyClass, addOwnError } from "./codec/classes.ts";
import { UnsendableError } from "./codec/unsendable.ts";
import { AuthenticationError, BufferTooShort, EOFError } from "./connection/connection-errors.ts";
import { MemoryNameError } from "./memory/memory-name-error.ts";
import { BrokenProcessPool } from "./pool/broken-process-pool.ts";
import { CancelledError } from "./pool/cancelled-error.ts";
import { MaybeEncodingError } from "./pool/maybe-encoding-error.ts";
import { RemoteTraceback } from "./pool/remote-traceback.ts";
import { WorkerDied } from "./pool/worker-died.ts";
import { ProcessError } from "./process-error.ts";
import {
  SharedMemoryFull,
  SharedMemoryGone,
  SharedMemoryUnavailable,
} from "./shm/shared-memory-errors.ts";

/**
 * What fibril throws. Where this is loaded errors of these classes come from other
 * processes as what they are: wherever processes are used, and in a child as soon as
 * such an error is on its way there.
 */
const OWN: readonly AnyClass[] = [
  AuthenticationError,
  BrokenBarrierError,
  BrokenPipeError,
  BrokenProcessPool,
  BufferTooShort,
  CalledProcessError,
  CancelledError,
  ChannelClosed,
  ConcurrentObjectUseError,
  EOFError,
  Empty,
  FileNotFoundError,
  Full,
  GreenletExit,
  InvalidStateError,
  InvalidSwitch,
  KeyError,
  LineTooLong,
  LoopExit,
  MaybeEncodingError,
  MemoryNameError,
  PermissionError,
  PoolFull,
  ProcessError,
  RemoteTraceback,
  SharedMemoryFull,
  SharedMemoryGone,
  SharedMemoryUnavailable,
  ShutDown,
  SocketError,
  SubprocessError,
  Timeout,
  TimeoutExpired,
  UnsendableError,
  WorkerDied,
];

for (const type of OWN) addOwnError(type, import.meta.url);
