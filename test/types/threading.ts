/** What the compiler must accept and refuse of threads: checked by `npm run types`, never run. */
import { sleep, type Wait, type Yieldable } from "fibril";
import { currentThread, local, startNewThread, Thread, Timer } from "fibril/threading";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

function* work(name: string, times: number): Generator<Yieldable, number, unknown> {
  yield* sleep(times);
  return name.length;
}
function* greet(name: string, options: { loud: boolean }): Generator<Yieldable, void, unknown> {
  yield* sleep(options.loud ? name.length : 0);
}

const thread: Thread<[string, number]> = new Thread({ target: work, args: ["a", 1] });
const threads: Thread[] = [thread, new Thread(), new Timer(5, work, { args: ["a", 1] })];
void threads;
const joined = thread.join({ timeout: "1 second" });
same<typeof joined, Wait<void>>(true);
same<typeof thread.ident, number | undefined>(true);
const current: Thread = currentThread();
void current;

// Keyword arguments are the last one.
new Thread({ target: greet, args: ["a"], kwargs: { loud: true } });
new Thread({ target: greet, args: ["a", { loud: true }] });
startNewThread(work, ["a", 1]);
startNewThread(greet, ["a"], { loud: true });

// @ts-expect-error: not what the target takes
new Thread({ target: work, args: [1, "a"] });
// @ts-expect-error: a string is no array
new Thread({ target: work, args: "egon" });
// @ts-expect-error: too few
startNewThread(work, []);
// @ts-expect-error: a bare number is no options object
void thread.join(5);
// @ts-expect-error: no interval
new Timer(work);

class Worker extends Thread {
  readonly counter = 1;
  override *run(): Generator<Yieldable, void, unknown> {
    yield* sleep(this.counter);
  }
}
const worker: Thread = new Worker({ name: "worker", daemon: true });
void worker;

const data = new local<{ user: string }>();
same<typeof data.user, string>(true);
