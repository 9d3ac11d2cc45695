/** What the compiler must accept and refuse of selectors: checked by `npm run types`, never run. */
import type { Wait } from "fibril";
import {
  DefaultSelector,
  EVENT_READ,
  type Pollable,
  type Ready,
  type SelectorKey,
  select,
} from "fibril/selectors";
import type { DatagramSocket, Listener, Socket } from "fibril/server";
import type { PipeReader } from "fibril/subprocess";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;
declare const socket: Socket;
declare const listener: Listener;
declare const others: readonly [DatagramSocket, PipeReader<string>];

// Without type arguments: any data, any object.
const plain = new DefaultSelector();
plain.register(socket, EVENT_READ);
plain.register(listener, EVENT_READ, () => 1);
for (const other of others) plain.register(other, EVENT_READ);
const ready = plain.select({ timeout: "1 second" });
same<typeof ready, Wait<Ready<unknown, Pollable>>>(true);

const typed = new DefaultSelector<string, Socket>();
const key = typed.register(socket, EVENT_READ, "data");
same<typeof key, SelectorKey<string, Socket>>(true);
same<typeof key.fileobj, Socket>(true);
const lists = select([socket], [socket]);
same<typeof lists, Wait<[readable: Socket[], writable: Socket[], exceptional: Socket[]]>>(true);

// @ts-expect-error: sockets only
typed.register(listener, EVENT_READ);
// @ts-expect-error: text only
typed.register(socket, EVENT_READ, 5);
// @ts-expect-error: nothing that can be selected
plain.register({}, EVENT_READ);
