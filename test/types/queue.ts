/** What the compiler must accept and refuse of queues: checked by `npm run types`, never run. */
import * as Order from "effect/Order";
import type { Wait } from "fibril";
import { type Selected, select } from "fibril/channel";
import { JoinableQueue, LifoQueue, PriorityQueue, Queue, SimpleQueue } from "fibril/queue";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

const numbers = new Queue<number>(3);
same<ReturnType<typeof numbers.get>, Wait<number>>(true);
same<ReturnType<typeof numbers.put>, Wait<void>>(true);
same<ReturnType<typeof numbers.join>, Wait<boolean>>(true);
same<ReturnType<typeof numbers.next>, Wait<IteratorResult<number, undefined>>>(true);
same<ReturnType<typeof numbers.getNowait>, number>(true);
void numbers.get({ block: true, timeout: "1 second", signal: AbortSignal.timeout(5) });
// @ts-expect-error: not what the queue holds
void numbers.put("1");
// @ts-expect-error: milliseconds go into the options
void numbers.get(5);
// @ts-expect-error: a property
numbers.isShutdown = true;
numbers.maxsize = 5;

// The items tell the type.
const words = new Queue(0, ["a", "b"]);
same<typeof words, Queue<string>>(true);
const named = new LifoQueue(0, { items: new Set([1n]), name: "big" });
same<typeof named, LifoQueue<bigint>>(true);
same<ReturnType<typeof named.copy>, LifoQueue<bigint>>(true);

// Every other kind but the SimpleQueue can stand for a Queue.
function drain<T>(queue: Queue<T>): T[] {
  return [queue.getNowait()];
}
same<ReturnType<typeof drain<number>>, number[]>(true);
drain<bigint>(named);
drain<number>(new JoinableQueue<number>());
drain<[number, string]>(new PriorityQueue<[number, string]>());
// @ts-expect-error: it has no end, no tasks and no bounds
drain<number>(new SimpleQueue<number>());

const byAge = Order.mapInput(Order.Number, (person: { readonly age: number }) => person.age);
const people = new PriorityQueue<{ readonly age: number }>(0, { compare: byAge });
same<ReturnType<typeof people.peekNowait>, { readonly age: number }>(true);

const first = select({ in: numbers.get(), out: words.put("c") });
same<typeof first, Wait<Selected<{ in: Wait<number>; out: Wait<void> }>>>(true);
async function iterated(): Promise<number> {
  for await (const n of numbers) return n;
  return 0;
}
void iterated;
