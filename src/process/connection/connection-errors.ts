/**
 * Thrown where nothing more will come: the other end is closed, or its process has
 * ended, and all that it sent has been received.
 *
 * Python: `EOFError`.
 *
 * @example
 * ```ts
 * import { Client, EOFError, Listener } from "fibril/process";
 *
 * async function main() {
 *   const listener = new Listener();
 *   const client = await Client(listener.address);
 *   const connection = await listener.accept();
 *   void client.close();
 *   await connection.recv().then(undefined, (error) => {
 *     if (error instanceof EOFError) console.log("nothing more comes"); // -> nothing more comes
 *   });
 *   void connection.close();
 *   void listener.close();
 * }
 * void main();
 * ```
 */
export class EOFError extends Error {
  override readonly name: string = "EOFError";
  readonly _tag: "EOFError" = "EOFError" as const;
}

/**
 * Thrown by `recvBytesInto` where the message is longer than the room for it. The
 * message is taken; `bytes` has all of it.
 *
 * multiprocessing: `multiprocessing.BufferTooShort`, whose `args[0]` that is.
 *
 * @example
 * ```ts
 * import { BufferTooShort, Client, Listener } from "fibril/process";
 *
 * async function main() {
 *   const listener = new Listener();
 *   const client = await Client(listener.address);
 *   const connection = await listener.accept();
 *   await client.sendBytes(new Uint8Array([1, 2, 3]));
 *   await connection.recvBytesInto(new Uint8Array(2)).then(undefined, (error) => {
 *     if (error instanceof BufferTooShort) console.log(error.bytes.length); // -> 3
 *   });
 *   for (const each of [client, connection, listener]) void each.close();
 * }
 * void main();
 * ```
 */
export class BufferTooShort extends Error {
  override readonly name: string = "BufferTooShort";
  readonly _tag: "BufferTooShort" = "BufferTooShort" as const;
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>, room: number) {
    super(
      `Cannot receive a message of ${bytes.length} bytes into ${room}: take it from \`bytes\` of this error`,
    );
    this.bytes = bytes;
  }
}

/**
 * Thrown on both sides of a connection whose authkeys differ.
 *
 * multiprocessing: `multiprocessing.AuthenticationError`.
 *
 * @example
 * ```ts
 * import { AuthenticationError, Client, Listener } from "fibril/process";
 *
 * async function main() {
 *   const listener = new Listener({ authkey: new Uint8Array([1]) });
 *   const refused = listener.accept().then(undefined, (error) => error);
 *   await Client(listener.address, { authkey: new Uint8Array([2]) }).then(undefined, (error) => {
 *     console.log(error instanceof AuthenticationError); // -> true
 *   });
 *   console.log((await refused).name); // -> AuthenticationError
 *   void listener.close();
 * }
 * void main();
 * ```
 */
export class AuthenticationError extends Error {
  override readonly name: string = "AuthenticationError";
  readonly _tag: "AuthenticationError" = "AuthenticationError" as const;
}
