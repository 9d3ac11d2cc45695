/** What the compiler must accept and refuse of patches: checked by `npm run types`, never run. */
import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Socket } from "node:net";
import { type Fiber, spawn, until, type Wait } from "fibril";
import {
  childProcess,
  detach,
  dns,
  fetch,
  fs,
  getOriginal,
  net,
  onBlocking,
  patch,
  patchAll,
  timers,
} from "fibril/monkey";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

const response = fetch("https://example.org", { method: "POST" });
same<typeof response, Wait<Response, unknown>>(true);
const text = fs.readFile("/etc/hosts", "utf8");
same<typeof text, Wait<string, unknown>>(true);
const bytes = fs.readFile(new URL("file:///etc/hosts"));
same<typeof bytes, Wait<Buffer, unknown>>(true);
const stats = fs.stat("/");
same<typeof stats, Wait<Stats, unknown>>(true);
const handle = fs.open("/etc/hosts");
same<typeof handle, Wait<FileHandle, unknown>>(true);
const names = fs.readdir("/");
same<typeof names, Wait<string[], unknown>>(true);
const nothing = fs.writeFile("/tmp/x", "text");
same<typeof nothing, Wait<void, unknown>>(true);
const socket = net.connect(80, "example.org");
same<typeof socket, Wait<Socket, unknown>>(true);
const later = timers.setTimeout(5, "value");
same<typeof later, Wait<string, unknown>>(true);
const fiber = spawn(function* () {
  const { stdout } = yield* childProcess.exec("ls");
  const { address } = yield* dns.lookup("localhost");
  return [stdout, address, yield* until(globalThis.fetch("https://example.org"))] as const;
});
same<typeof fiber.value, readonly [string, string, Response] | undefined>(true);
// @ts-expect-error: no path
fs.readFile();
// @ts-expect-error: no such function
fs.readFileSync;

patchAll({ fs: false, blocking: "throw" });
// @ts-expect-error: no such module
patch({ fetsch: true });
// @ts-expect-error: no such mode
patchAll({ blocking: "loud" });
const original = getOriginal("fs", ["readFile"]);
same<typeof original, unknown[]>(true);
const timer = detach(setTimeout(() => {}, 1));
same<typeof timer, ReturnType<typeof setTimeout>>(true);
const listening = onBlocking(({ site }) => site.length);
same<typeof listening, Disposable>(true);
onBlocking((event) => {
  if (event.kind === "loop") same<typeof event.duration, number>(true);
  else same<typeof event.fiber, Fiber>(true);
});
patchAll({ maxBlockingTime: "1 second" });
patch({ maxBlockingTime: false });
// @ts-expect-error: to watch for any time is no limit
patchAll({ maxBlockingTime: true });
