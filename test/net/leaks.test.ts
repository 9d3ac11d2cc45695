import { spawn as spawnChild } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { spawn, until } from "fibril";
import { assertNoLeaks } from "fibril/testing";
import { expect, test } from "vitest";
import { thrownBy } from "../harness/virtual.ts";

const LOOPBACK = "127.0.0.1";

test("a server, a socket and a child process that are closed are no leaks", async () => {
  await assertNoLeaks(async () => {
    const server = createServer().listen(0, LOOPBACK);
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const client = connect(port, LOOPBACK);
    const [accepted] = await once(server, "connection");
    accepted.destroy();
    client.destroy();
    const closed = once(server, "close");
    server.close();
    await closed;
    const child = spawnChild(process.execPath, ["-e", ""]);
    await once(child, "close");
  });
});

test("those that are left open are named by the host's kind", async () => {
  const server = createServer();
  const child = { kill: () => {} };
  const error = await spawn(() =>
    thrownBy(
      assertNoLeaks(function* () {
        server.listen(0, LOOPBACK);
        yield* until(once(server, "listening"));
        const started = spawnChild(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], {
          stdio: "ignore",
        });
        child.kill = () => void started.kill("SIGKILL");
      }),
    ),
  );
  server.close();
  child.kill();
  expect((error as Error).message).toMatch(/resource TCPServerWrap/);
  expect((error as Error).message).toMatch(/resource ProcessWrap/);
});
