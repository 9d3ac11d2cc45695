import { connect } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { brokerIn } from "../../src/process/broker/address.ts";
import { Broker } from "../../src/process/broker/broker.ts";
import { frameOf } from "../../src/process/connection/frames.ts";

const member = Broker.found(16);
const broker = brokerIn(member.address);
afterAll(() => member.leave());

/** Whether somebody who says that is answered: to be hung up on is an end without an answer. */
async function isAnswered(...said: readonly Uint8Array[]): Promise<boolean> {
  const socket = connect(broker?.socket ?? "");
  socket.on("error", () => {});
  for (const each of said) socket.write(each);
  const found = await new Promise<boolean>((resolve) => {
    socket.on("data", () => resolve(true));
    socket.on("close", () => resolve(false));
  });
  socket.destroy();
  return found;
}

const hello = (secret: string | undefined) => frameOf(Buffer.from(`${secret} 123456`));
const question = frameOf(Buffer.from("load Int32Array 16 0 0\n"));

describe("a process that holds memory for others", () => {
  test("answers those who were told its address by it", async () => {
    expect(await isAnswered(hello(broker?.secret), question)).toBe(true);
  });

  test("hangs up on who does not know its secret", async () => {
    expect(await isAnswered(hello("secret"), question)).toBe(false);
  });

  test("hangs up on a stranger with much to say before it has come", async () => {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(2 ** 31);
    expect(await isAnswered(head)).toBe(false);
  });
});
