import type { NOT_YET } from "../../net/side.ts";
import type { Reason } from "../../net/socket-error.ts";

export { NOT_YET } from "../../net/side.ts";

/** All that was sent has been taken, and nothing more will come. */
export const END: unique symbol = Symbol("end");

/**
 * One end of a way between two processes on which whole messages go, in order.
 * A Connection owns it: that queues the fibers, words the errors, and turns
 * values into messages. Nothing here parks; `listen` tells when to try again.
 *
 * The other end's death is the same as its closing: what it sent whole can still
 * be taken, then comes END.
 */
export interface Transport {
  /** What it is, in reports and errors: "a pipe", "127.0.0.1:5000". */
  readonly name: string;
  /** In reports of waits, where that says more. */
  readonly label?: string;
  readonly readable: boolean;
  readonly writable: boolean;

  /**
   * Takes a message in: whole ("taken"), or not at all, for want of room ("full")
   * or of anybody who could read it ("gone"). No message is too large for it.
   *
   * Where it can't go out at once the transport sends it on by itself, also after
   * `close`. It may look at `message` until `isFlushed`, or until `release`.
   */
  offer(message: Uint8Array): Offered;
  /** Whether all that was taken in is out of this process's hands; true as well if nobody is left to have it. */
  readonly isFlushed: boolean;
  /** The sender does not wait any more, and may change its message: a copy is needed of what is left. */
  release(): void;

  /**
   * Takes the next message out and gives what `read` makes of it; the bytes are
   * `read`'s only while that runs. If it throws, the message is taken nevertheless.
   */
  take<A>(read: (message: Uint8Array) => A): A | typeof NOT_YET | typeof END;
  /** Whether `take` would give something, if only END. Nothing is consumed. */
  readonly isReady: boolean;
  /** Why it came to its end, where that is not the other end's closing. */
  readonly fault: Reason | undefined;

  /**
   * Calls `listener` whenever `take` or `isReady` ("read"), or `offer` or
   * `isFlushed` ("write"), may have changed; more often does no harm. It is called
   * from the run loop or a host's event, never from within a method called here;
   * also for what came between the last try and this. `undefined` ends that. While there is a listener the program is kept alive; an
   * end that nobody waits on does not.
   */
  listen(side: Side, listener: (() => void) | undefined): void;

  /** Gives this end up, at once. The other end gets what was taken in, and then its END. */
  close(): void;
  /** The number by which the operating system knows it, where there is one. */
  fileno?(): number | undefined;
}

export type Offered = "taken" | "full" | "gone";
export type Side = "read" | "write";
