/** What the compiler must accept and refuse of tasklets: checked by `npm run types`, never run. */
import { sleep, spawn, type Wait, type Yieldable } from "fibril";
import {
  type Channel,
  channel,
  getCurrent,
  run,
  schedule,
  setChannelCallback,
  Tasklet,
  tasklet,
} from "fibril/stackless";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

function* work(name: string, times: number): Generator<Yieldable, number, unknown> {
  yield* sleep(times);
  return name.length;
}

const bound = tasklet(work);
same<typeof bound, Tasklet<[name: string, times: number]>>(true);
const started = bound("a", 1);
same<typeof started, Tasklet<[name: string, times: number]>>(true);
const any: Tasklet = started;
void any;
const rebound = bound.bind((n: number) => n, [1]);
same<typeof rebound, Tasklet<[n: number]>>(true);
tasklet().bind(work).setup("a", 1);
tasklet(work, ["a", 1]).insert().remove();

// @ts-expect-error: not what the function takes
bound(1, "a");
// @ts-expect-error: too few
bound.setup("a");
// @ts-expect-error: nothing that can be called
tasklet(5);
// @ts-expect-error: a bare boolean is no options object
void started.kill(true);

class Job extends Tasklet<[number]> {
  done = 0;
}
const job: Tasklet<[number]> = new Job((n: number) => n)(1);
void job;

const numbers = channel<number>();
same<typeof numbers, Channel<number>>(true);
const received = numbers.receive();
same<typeof received, Wait<number, unknown>>(true);
const count = numbers.sendSequence([1, 2]);
same<typeof count, Wait<number>>(true);
// @ts-expect-error: not what the channel carries
void numbers.send("1");
setChannelCallback((on, acting, sending, willBlock) => {
  same<typeof acting, Tasklet>(true);
  void [on.balance, sending, willBlock];
});

const own = schedule();
same<typeof own, Wait<Tasklet>>(true);
const value = schedule("value" as string);
same<typeof value, Wait<string>>(true);
// @ts-expect-error: nothing is pre-empted after so many instructions
void run(1000);

spawn(function* () {
  yield* run();
  const word: string = yield* schedule("word");
  const n: number = yield* numbers.receive();
  return [word, n, getCurrent().alive];
});
