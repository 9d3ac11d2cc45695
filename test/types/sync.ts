/** What the compiler must accept and refuse of locks and events: checked by `npm run types`, never run. */
import * as Effect from "effect/Effect";
import { type Fiber, sleep, spawn, type Wait, type Waitable, wait } from "fibril";
import { select } from "fibril/channel";
import {
  AsyncResult,
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  RLock,
  Semaphore,
} from "fibril/sync";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

const event = new Event();
const lock = new Lock();
function* failing() {
  yield* Effect.fail("no" as const);
  return true;
}

const waited = event.wait({ timeout: "1 second" });
same<typeof waited, Wait<boolean>>(true);
const acquired = lock.acquire({ blocking: false });
same<typeof acquired, Wait<boolean>>(true);
const held = new RLock().hold();
same<typeof held, Wait<Disposable>>(true);
// @ts-expect-error: pass { timeout }
void lock.acquire(5);
// @ts-expect-error: pass { blocking }
void lock.acquire(false);
// @ts-expect-error: a number of milliseconds, or a Duration
void event.wait({ timeout: true });
const released = new Semaphore(2).release(2);
same<typeof released, void>(true);

// What a body gives and how it fails comes out of `use`, of every kind of body.
const used = lock.use(failing);
same<typeof used, Wait<boolean, "no">>(true);
const generator = lock.use(failing());
same<typeof generator, Wait<boolean, "no">>(true);
const asynchronous = new Condition().use(async () => 5);
same<typeof asynchronous, Wait<number, unknown>>(true);
const effect = new BoundedSemaphore().use(Effect.fail(1 as const));
same<typeof effect, Wait<never, 1>>(true);
// @ts-expect-error: nothing that can be run
void lock.use(5);

// A Condition is made on a lock, and waitFor gives what its predicate gave.
const condition = new Condition(new Lock({ fair: true }));
const found = condition.waitFor(() => [1].at(0));
same<typeof found, Wait<number | undefined>>(true);
// @ts-expect-error: neither a Lock nor an RLock
new Condition(new Semaphore());

// A result knows its value, and its error if it is told.
const result = new AsyncResult<number, "no">();
const got = result.get();
same<typeof got, Wait<number, "no">>(true);
const orNothing = result.wait({ timeout: 5 });
same<typeof orNothing, Wait<number | undefined>>(true);
spawn(() => 5).link(result.settle);
// @ts-expect-error: a fiber of another value
spawn(() => "5").link(result.settle);
// @ts-expect-error: not its value
result.set("5");
// @ts-expect-error: not its error
result.setException("yes");
const untyped = new AsyncResult<string>().get();
same<typeof untyped, Wait<string, unknown>>(true);

// All that select and wait take.
const chosen = select([event.wait(), lock.acquire(), result.get(), new Semaphore().wait()]);
same<
  typeof chosen,
  Wait<
    | { readonly index: 0; readonly value: boolean }
    | { readonly index: 1; readonly value: boolean }
    | { readonly index: 2; readonly value: number }
    | { readonly index: 3; readonly value: number },
    "no"
  >
>(true);
const waitables: Waitable[] = [event, result, new Semaphore(), spawn(failing)];
void wait(waitables);
const finished = wait([event, result]);
same<typeof finished, Wait<(Event | AsyncResult<number, "no">)[]>>(true);

const barrier = new Barrier(2, { action: () => sleep(1), timeout: "1 second" });
const index = barrier.wait();
same<typeof index, Wait<number>>(true);
// @ts-expect-error: how many?
new Barrier();

// All of it runs in a fiber without requirements.
const fiber = spawn(function* () {
  yield* lock.acquire();
  yield* barrier.wait();
  return yield* result.get();
});
same<typeof fiber, Fiber<number, "no">>(true);
