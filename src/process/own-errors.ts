import { Timeout } from "../fiber/timeout.ts";
import { BrokenPipeError } from "../net/os-errors.ts";
import { SocketError } from "../net/socket-error.ts";
import { BrokenBarrierError } from "../sync/broken-barrier-error.ts";
import { Empty, Full, ShutDown } from "../sync/queue-errors.ts";
import { type AnyClass, addErrorClass } from "./codec/classes.ts";
import { EOFError } from "./connection/connection-errors.ts";
import { ProcessError } from "./process-error.ts";

/** What fibril throws: where this is loaded they come from other processes as what they are. */
const OWN: readonly AnyClass[] = [
  BrokenBarrierError,
  BrokenPipeError,
  EOFError,
  Empty,
  Full,
  ProcessError,
  ShutDown,
  SocketError,
  Timeout,
];

for (const type of OWN) addErrorClass(type.name, type, undefined);
