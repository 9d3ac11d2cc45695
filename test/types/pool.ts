/** What the compiler must accept and refuse of groups, pools and locals: checked by `npm run types`, never run. */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import { type Fiber, sleep, type Wait, type Yieldable } from "fibril";
import { Local } from "fibril/local";
import { Group, Pool, type PoolFull, type Results } from "fibril/pool";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

class Service extends Context.Service<Service, number>()("Service") {}

function* greet(name: string, times = 1) {
  yield* sleep(1);
  if (times > 9) yield* Effect.fail("too many" as const);
  return name.length * times;
}
async function later(n: number) {
  await sleep(n);
  return `${n}`;
}
async function* asyncItems() {
  yield 1;
}
function* needy() {
  return yield* Service;
}

const group = new Group();
const pool = new Pool(2);

// A spawn is typed by its body, in a pool as in a group.
const spawned = group.spawn(greet, "Ann", 2);
same<typeof spawned, Fiber<number, "too many">>(true);
const pooled = pool.spawn({ name: "Bob" }, greet, "Bob");
same<typeof pooled, Wait<Fiber<number, "too many">>>(true);
const promised = pool.spawn(later, 5);
same<typeof promised, Wait<Fiber<string, unknown>>>(true);
const effect = group.spawn(Effect.fail("no" as const));
same<typeof effect, Fiber<never, "no">>(true);
const generator = pool.spawn(greet("Ann"));
same<typeof generator, Wait<Fiber<number, "too many">>>(true);
const throwing = group.spawn(() => {
  throw new Error("always");
});
same<typeof throwing, Fiber<never, unknown>>(true);
async function awaited(): Promise<number> {
  return await pool.spawn(greet, "Ann");
}
void awaited;
// @ts-expect-error: not the body's arguments
group.spawn(greet, 5);
// @ts-expect-error: an argument is missing
void pool.spawn(greet);
// @ts-expect-error: an async generator
group.spawn(asyncItems);
// @ts-expect-error: nobody gives it its service
group.spawn(needy);
// @ts-expect-error: no option
group.spawn({ nmae: "typo" }, greet, "Ann");

// What is applied takes its arguments as a list.
const applied = pool.apply(greet, ["Ann"]);
same<typeof applied, Wait<number, "too many">>(true);
const bare = pool.apply(() => 5);
same<typeof bare, Wait<number, unknown>>(true);
const handle = pool.applyAsync(later, [1], { callback: (text: string) => text.length });
same<typeof handle, Fiber<string, unknown>>(true);
// @ts-expect-error: an argument is missing
void pool.apply(later);
// @ts-expect-error: of the wrong type
void pool.apply(later, ["1"]);
// @ts-expect-error: a callback for something else
pool.applyAsync(later, [1], { callback: (n: number) => n });
// @ts-expect-error: nobody gives it its service
void pool.apply(needy);

// What is mapped is typed by its sources, and so are its arguments.
const mapped = group.map(greet, ["Ann", "Bob"]);
same<typeof mapped, Wait<number[], "too many">>(true);
const side = pool.map(greet, ["Ann"], new Set([1]));
same<typeof side, Wait<number[], "too many">>(true);
const inferred = pool.map((n, word) => `${word}${n + 1}`, asyncItems(), "abc");
same<typeof inferred, Wait<string[], unknown>>(true);
const body = pool.map(
  function* (n) {
    yield* sleep(n);
    return n;
  },
  [1, 2],
);
same<typeof body, Wait<number[], never>>(true);
const mapping = pool.mapAsync(later, [1], { callback: (texts: string[]) => texts.length });
same<typeof mapping, Fiber<string[], unknown>>(true);
// @ts-expect-error: items of the wrong type
void group.map(greet, [1]);
// @ts-expect-error: a source is missing
void group.map(later);
const fewer = group.map(() => sleep(1), [1, 2]);
same<typeof fewer, Wait<void[], never>>(true);
const wider = group.map((n: number | string) => `${n}`, [1]);
same<typeof wider, Wait<string[], unknown>>(true);

// Results carry both types.
const results = pool.imap(greet, ["Ann"], { maxsize: 1 });
same<typeof results, Results<number, "too many">>(true);
const step = results.next();
same<typeof step, Wait<IteratorResult<number, undefined>, "too many">>(true);
const unordered = pool.imapUnordered((n) => n * 2, [1, 2], { maxsize: 1 });
same<typeof unordered, Results<number, unknown>>(true);
const several = pool.imapUnordered((a: number, b: string) => b.repeat(a), [1], ["x"], {
  maxsize: 1,
});
same<typeof several, Results<string, unknown>>(true);
function* reader() {
  const { done, value } = yield* results.next();
  return done === true ? 0 : value.toFixed().length;
}
void reader;
async function looped() {
  let sum = 0;
  for await (const n of results) sum += n;
  return sum;
}
void looped;
// @ts-expect-error: no option
void pool.imap(later, [1], { maxSize: 1 });

// Joins and adds.
const joined = group.join();
same<typeof joined, Wait<boolean, unknown>>(true);
const blind = group.join({ raiseError: false, timeout: 5 });
same<typeof blind, Wait<boolean>>(true);
const added = pool.add(spawned);
same<typeof added, Wait<void>>(true);
const tried = pool.add(spawned, { block: false });
same<typeof tried, Wait<void, PoolFull>>(true);
group.add(spawned) satisfies void;
// @ts-expect-error: no fiber
group.add({});

// Blocks.
const used = Group.use(function* (inner) {
  inner.spawn(greet, "Ann");
  yield* sleep(1);
  return "value";
});
same<typeof used, Wait<string, unknown>>(true);
const usedPool = Pool.use(2, async (inner, signal) => [inner.size, signal.aborted] as const);
same<typeof usedPool, Wait<readonly [number, boolean], unknown>>(true);
// @ts-expect-error: a block that nobody gives its service
void Group.use(needy);
function recursive(depth: number): Generator<Yieldable, void, unknown> {
  return (function* () {
    if (depth > 0) yield* group.apply(recursive, [depth - 1]);
  })();
}
void recursive;

// Attributes.
interface Session {
  user?: string;
}
const session = new Local<Session>();
session.user = "Ann";
same<(typeof session)["user"], string | undefined>(true);
const counter = new Local({ count: 0 });
counter.count += 1;
const made = new Local(() => ({ list: [] as string[] }));
made.list.push("x");
const copy = counter.copy();
same<typeof copy, typeof counter>(true);
const untyped = new Local();
untyped["anything"] = 5;
class Request extends Local {
  readonly user: string;
  hits = 0;
  constructor(user: string) {
    super(user);
    this.user = user;
  }
}
const request = new Request("Ann");
request.hits++;
request.copy().user satisfies string;
// @ts-expect-error: no such attribute
session.name = "x";
// @ts-expect-error: of the wrong type
counter.count = "1";
// @ts-expect-error: no such attribute in the subclass
request.nothing;
