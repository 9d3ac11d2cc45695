/** What the compiler must accept and refuse of fibril/asyncio: checked by `npm run types`, never run. */
import * as Effect from "effect/Effect";
import type { Fiber, Wait } from "fibril";
import {
  asCompleted,
  createTask,
  gather,
  getEventLoop,
  run,
  shield,
  sleep,
  TaskGroup,
  toThread,
  wait,
  waitFor,
} from "fibril/asyncio";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

function* numbers(n: number) {
  yield* sleep(1);
  return n;
}
function* failing() {
  yield* Effect.fail("no" as const);
  return true;
}

// Whatever can be awaited gives its value and its failure.
const task = createTask(numbers(1));
same<typeof task, Fiber<number, never>>(true);
const other = createTask(failing, { name: "other" });
same<typeof other, Fiber<boolean, "no">>(true);
const main = run(async () => "text");
same<typeof main, Fiber<string, unknown>>(true);
const until = getEventLoop().runUntilComplete(Effect.succeed(1));
same<typeof until, Fiber<number, never>>(true);

const all = gather(numbers(1), task, other, sleep(1));
same<typeof all, Wait<[number, number, boolean, void], "no">>(true);
const settled = gather(task, failing(), { returnExceptions: true });
same<typeof settled, Wait<[number | Error, boolean | Error]>>(true);
const limited = waitFor(other, "1 second");
same<typeof limited, Wait<boolean, "no">>(true);
const shielded = shield(numbers(1));
same<typeof shielded, Wait<number, never>>(true);
for (const next of asCompleted([numbers(1)])) same<typeof next, Wait<number, never>>(true);
const sets = wait([task]);
same<typeof sets, Wait<[done: Set<typeof task>, pending: Set<typeof task>]>>(true);
const grouped = TaskGroup.use(function* (group) {
  return yield* group.createTask(numbers(1));
});
same<typeof grouped, Wait<number, unknown>>(true);

const sum = toThread((a: number, b: number) => a + b, 1, 2);
same<typeof sum, Wait<number, unknown>>(true);
const later = toThread(async (text: string) => text.length, "x");
same<typeof later, Wait<number, unknown>>(true);
const exported = toThread<string>(new URL("./work.ts#name", import.meta.url), 1);
same<typeof exported, Wait<string, unknown>>(true);

// @ts-expect-error: nothing that can be awaited
void gather(5);
// @ts-expect-error: a number is no awaitable
createTask(5);
// @ts-expect-error: not what the function takes
void toThread((n: number) => n, "1");
// @ts-expect-error: a Wait is no task
void wait([sleep(1)]);
