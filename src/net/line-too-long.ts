/**
 * Thrown by `readLine` when no line's end came within the limit. Nothing is
 * lost: what came can still be had by `recv`.
 *
 * asyncio: `LimitOverrunError`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { connect, LineTooLong, StreamServer } from "fibril/server";
 *
 * spawn(function* () {
 *   const server = new StreamServer("127.0.0.1:0", (socket) => socket.sendAll("no end in sight"));
 *   yield* server.start();
 *   const socket = yield* connect(server.address);
 *   try {
 *     yield* socket.readLine({ limit: 8 });
 *   } catch (error) {
 *     if (error instanceof LineTooLong) console.log(error.limit); // -> 8
 *   }
 *   yield* socket.close();
 *   yield* server.stop();
 * });
 * ```
 */
export class LineTooLong extends Error {
  override readonly name: string = "LineTooLong";
  readonly _tag: "LineTooLong" = "LineTooLong" as const;
  /** The limit in bytes. */
  readonly limit: number;

  constructor(limit: number) {
    super(
      `Cannot read a line of more than ${limit} bytes: pass a larger \`limit\`, or take what came by recv`,
    );
    this.limit = limit;
  }
}
