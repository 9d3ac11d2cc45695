/** What the compiler must accept and refuse: checked by `npm run types`, never run. */
import * as Context from "effect/Context";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import type { Exit } from "effect/Exit";
import * as EffectFiber from "effect/Fiber";
import {
  call,
  type Fiber,
  fork,
  gen,
  iwait,
  joinAll,
  sleep,
  spawn,
  spawnLater,
  uninterruptible,
  until,
  type Wait,
  wait,
  withTimeout,
  wrap,
  type Yieldable,
} from "fibril";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

class Missing extends Data.TaggedError("Missing")<{ readonly url: string }> {}
class Broken extends Data.TaggedError("Broken")<Record<never, never>> {}
class Store extends Context.Service<Store, { readonly all: Effect.Effect<string[], Broken> }>()(
  "Store",
) {}

function* plain(n: number) {
  yield* sleep(1);
  return n + 1;
}
function* failing(url: string) {
  yield* sleep();
  if (url === "") yield* Effect.fail(new Missing({ url }));
  return url.length > 0;
}
function* needing() {
  const store = yield* Store;
  return yield* store.all;
}

// Results and failures of a spawn.
const number = spawn(plain, 1);
const boolean = spawn(failing, "x");
const promise = spawn(async (n: number) => String(n), 1);
const value = spawn(() => "v" as const);
const effect = spawn(Effect.succeed(1n));
const made = spawn(plain(2));
same<typeof number, Fiber<number, never>>(true);
same<typeof boolean, Fiber<boolean, Missing>>(true);
same<typeof promise, Fiber<string, unknown>>(true);
same<typeof value, Fiber<"v", unknown>>(true);
same<typeof effect, Fiber<bigint, never>>(true);
same<typeof made, Fiber<number, never>>(true);
same<ReturnType<typeof later>, Fiber<number, never>>(true);
const later = () => spawnLater("1 second", plain, 1);
spawn({ name: "n", daemon: true }, plain, 1);
same<typeof named, Fiber<boolean, Missing>>(true);
const named = spawn({ name: "n" }, failing, "x");

// @ts-expect-error a wrong argument
spawn(plain, "1");
// @ts-expect-error a missing argument
spawn(plain);
// @ts-expect-error no such option
spawn({ nam: "n" }, plain, 1);
// @ts-expect-error the body needs a service that nobody provides
spawn(needing);
// @ts-expect-error an async generator is no body
spawn(async function* () {
  yield 1;
});
// @ts-expect-error neither is a number
spawn(5);

// joinAll: tuples, arrays, records, Exits.
const tuple = joinAll([number, boolean, promise, value, effect]);
same<typeof tuple, Wait<[number, boolean, string, "v", bigint], unknown>>(true);
const typed = joinAll([number, boolean]);
same<typeof typed, Wait<[number, boolean], Missing>>(true);
const list = joinAll([1, 2].map((n) => spawn(plain, n)));
same<typeof list, Wait<number[], never>>(true);
const record = joinAll({ number, boolean });
same<typeof record, Wait<{ number: number; boolean: boolean }, Missing>>(true);
const exits = joinAll([number, boolean], { raiseError: false });
same<typeof exits, Wait<[Exit<number, never>, Exit<boolean, Missing>], never>>(true);
const fromSet = joinAll(new Set([number]));
same<typeof fromSet, Wait<number[], never>>(true);
// @ts-expect-error no fiber
const noFiber = () => joinAll([1]);
void noFiber;

// Waits in a body, in an async function, in Effect.
function* body() {
  const [a, b] = yield* joinAll([number, boolean]);
  same<typeof a, number>(true);
  same<typeof b, boolean>(true);
  const one = yield* number;
  same<typeof one, number>(true);
  const got = yield* boolean.get({ timeout: 5 });
  same<typeof got, boolean>(true);
  const joined = yield* number.join({ timeout: 5 });
  same<typeof joined, boolean>(true);
  const response = yield* until(Promise.resolve(1));
  same<typeof response, number>(true);
  const called = yield* call(plain, 1);
  same<typeof called, number>(true);
  const late = yield* withTimeout(5, failing("x"), { value: null });
  same<typeof late, boolean | null>(true);
  const waited = yield* withTimeout(5, sleep(1));
  same<typeof waited, void>(true);
  const done = yield* wait([number, made]);
  same<typeof done, Fiber<number, never>[]>(true);
  const empty = yield* wait();
  same<typeof empty, boolean>(true);
  return one;
}
const main = spawn(body);
same<typeof main, Fiber<number, unknown>>(true);

async function inAsync() {
  const n = await number;
  same<typeof n, number>(true);
  const pair = await joinAll([number, value]);
  same<typeof pair, [number, "v"]>(true);
  for await (const fiber of iwait([number, made])) {
    same<typeof fiber.value, number | undefined>(true);
  }
}
void inAsync;

const program = Effect.gen(function* () {
  yield* sleep(1);
  const flag = yield* boolean.get();
  same<typeof flag, boolean>(true);
  const other = yield* EffectFiber.join(boolean);
  same<typeof other, boolean>(true);
  const forked = yield* fork(needing);
  same<typeof forked, Fiber<string[], Broken>>(true);
  return yield* gen(needing);
});
same<typeof program, Effect.Effect<string[], Missing | Broken, Store>>(true);
// @ts-expect-error a Fiber is no Effect
const mapped = () => Effect.map(number, (n) => n);
void mapped;
// @ts-expect-error a Wait that needs a service can't be awaited
call(needing).then;

// A generator that calls itself.
function* depth(n: number): Generator<Yieldable, number, unknown> {
  return n === 0 ? 0 : 1 + (yield* call(depth, n - 1));
}
same<ReturnType<typeof spawnDepth>, Fiber<number, unknown>>(true);
const spawnDepth = () => spawn(depth, 5);

// wrap keeps arguments and result.
const wrapped = wrap(plain);
same<ReturnType<typeof wrapped>, Promise<number>>(true);
// @ts-expect-error a wrong argument
wrapped("1");

class Crawler {
  pages = 0;
  *visit(url: string) {
    this.pages++;
    yield* sleep(1);
    return url.length;
  }
  *all(urls: string[]) {
    const lengths = yield* joinAll(urls.map((url) => spawn(this.visit(url))));
    same<typeof lengths, number[]>(true);
    return lengths.length;
  }
}
same<ReturnType<typeof crawl>, Fiber<number, never>>(true);
const crawl = () => spawn(new Crawler().all(["a"]));

// Generic bodies keep what they are called with.
function* after<A>(ms: number, result: A) {
  yield* sleep(ms);
  return result;
}
const generic = spawn(after, 5, "x");
same<typeof generic, Fiber<string, never>>(true);

// What only throws needs nothing and gives nothing.
function* throwing() {
  yield* withTimeout(5, () => {
    throw new Error("no");
  });
  yield* uninterruptible(() => {
    throw new Error("no");
  });
  const signalled = yield* withTimeout(5, async (signal) => signal.aborted, { value: 1 });
  same<typeof signalled, boolean | number>(true);
}
spawn(throwing);
