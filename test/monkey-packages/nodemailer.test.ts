import type { AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { killAll, sleep, spawn, until } from "fibril";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, expect } from "vitest";
import { fiberTest, inFibers, numbers, type Steps, unpatched } from "./fibers.ts";
import { closedPort } from "./site.ts";

const { default: nodemailer } = await import("nodemailer");
type Transport = ReturnType<typeof transportTo>;

/** Takes mails and keeps those that came whole. */
let sink: SMTPServer;
let port: number;
let mails: string[];
let connections: Set<object>;

beforeEach(async () => {
  mails = [];
  connections = new Set();
  sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onConnect(session, done) {
      connections.add(session);
      done();
    },
    onClose: (session) => connections.delete(session),
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith("nobody") ? new Error("no such user") : undefined),
    async onData(stream, _session, done) {
      const text = await textOf(stream);
      if (!stream.sizeExceeded) mails.push(text);
      done();
    },
  });
  sink.on("error", () => {});
  const server = sink.listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => new Promise<void>((done) => sink.close(() => done())));

async function textOf(stream: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk;
  return text;
}

const transportTo = (options: { port?: number; pool?: true; maxConnections?: number } = {}) =>
  nodemailer.createTransport({ host: "127.0.0.1", port, secure: false, ...options });

/** Mails of many sizes, each of which tells where it ends. */
const mail = (n: number, to = `user-${n}@example.com`) => ({
  from: "sender@example.com",
  to,
  subject: `mail ${n}`,
  date: new Date(0),
  messageId: `<${n}@example.com>`,
  text: `first line of ${n}\n${`line of ${n}\n`.repeat(n * 20)}last line of ${n}`,
});

/** Whether all of them came as they were sent. */
function expectWhole(texts: readonly string[]): void {
  for (const text of texts) {
    const [, n] = /^Subject: mail (\d+)\r$/m.exec(text) ?? [];
    expect(text.trimEnd().endsWith(`last line of ${n}`)).toBe(true);
    expect(text.split(`\nline of ${n}\r`).length - 1).toBe(Number(n) * 20);
  }
}

function* withTransport(transport: Transport, use: (transport: Transport) => Steps): Steps {
  yield* use(transport);
  transport.close();
  while (connections.size > 0) yield* sleep(1);
}

for (const [name, options] of [
  ["a connection each", {}],
  ["a pool of connections", { pool: true, maxConnections: 3 }],
] as const) {
  fiberTest(`thirty fibers send by ${name} what they send unpatched`, function* () {
    yield* withTransport(transportTo(options), function* (transport) {
      const send = (n: number) => transport.sendMail(mail(n));
      const plain = yield* until(unpatched(() => Promise.all(numbers(30).map(send))));
      const plainMails = mails.splice(0).map(withoutTransport).sort();
      const generator = function* (n: number): Steps<unknown> {
        return yield* until(send(n));
      };
      const results = yield* inFibers<unknown>(30, generator, async (n) => await send(n));
      const accepted = (result: unknown) => (result as { accepted: unknown }).accepted;
      expect(results.map(accepted)).toEqual((plain as unknown[]).map(accepted));
      expect(mails.map(withoutTransport).sort()).toEqual(plainMails);
    });
  });

  fiberTest(`a kill at any moment delivers no half mail by ${name}`, function* () {
    yield* withTransport(transportTo(options), function* (transport) {
      for (const turns of numbers(8)) {
        const fibers = numbers(6).map((n) =>
          n % 2 === 0
            ? spawn(() => until(transport.sendMail(mail(50 + n))))
            : spawn(async () => await transport.sendMail(mail(50 + n))),
        );
        for (let i = 0; i < turns; i++) yield* sleep(0);
        yield* killAll(fibers);
      }
      // Whoever comes next is served.
      const last = yield* until(transport.sendMail(mail(7)));
      expect((last as { accepted: unknown }).accepted).toEqual(["user-7@example.com"]);
    });
    expectWhole(mails);
    expect(mails.some((text) => text.includes("last line of 7"))).toBe(true);
  });
}

/** What the sending adds of its own. */
const withoutTransport = (text: string): string => text.replace(/boundary="[^"]*"/g, "");

fiberTest("what goes wrong goes wrong as it does unpatched", function* () {
  const nobody = yield* until(unpatched(closedPort));
  const failing: Record<string, () => Promise<unknown>> = {
    refused: () => transportTo({ port: nobody }).sendMail(mail(1)),
    "no such user": () => transportTo().sendMail(mail(1, "nobody@example.com")),
    "no recipient": () => transportTo().sendMail({ ...mail(1), to: "" }),
    "no such host": () =>
      nodemailer.createTransport({ host: "no-such-host.invalid", port }).sendMail(mail(1)),
  };
  for (const [name, run] of Object.entries(failing)) {
    const plain = yield* until(unpatched(() => looksOf(run())));
    expect([name, yield* spawn(async () => looksOf(run()))]).toEqual([name, plain]);
  }
  while (connections.size > 0) yield* sleep(1);
});

async function looksOf(sent: Promise<unknown>): Promise<unknown> {
  try {
    return ["sent", await sent];
  } catch (error) {
    const { name, message, code, command } = error as Error & { code?: string; command?: string };
    return { name, message, code, command };
  }
}
