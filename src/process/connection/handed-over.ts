import type { Socket as HostSocket } from "node:net";

/** A socket that is given to another process. */
export interface HandedOver {
  readonly socket: HostSocket;
  /** What had been read of it, and nobody has received. */
  readonly unread: Uint8Array;
}
