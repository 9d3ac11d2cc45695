/** What the compiler must accept and refuse of channels: checked by `npm run types`, never run. */
import * as Effect from "effect/Effect";
import { sleep, spawn, type Wait } from "fibril";
import { Channel, type Selected, select } from "fibril/channel";
import { type Greenlet, getCurrent, greenlet } from "fibril/greenlet";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

const numbers = new Channel<number>();
const words = new Channel<string>(4);
function* failing() {
  yield* Effect.fail("no" as const);
  return true;
}

// @ts-expect-error: not what the channel carries
void numbers.send("1");
const received = words.receive();
same<typeof received, Wait<string>>(true);

// A look at the index, or the key, tells the type of the value.
const tuple = select([numbers.receive(), words.send("x"), sleep(5), spawn(failing)]);
same<
  typeof tuple,
  Wait<
    | { readonly index: 0; readonly value: number }
    | { readonly index: 1; readonly value: void }
    | { readonly index: 2; readonly value: void }
    | { readonly index: 3; readonly value: boolean },
    "no"
  >
>(true);
const record = select({ n: numbers.receive(), w: words.receive() }, { timeout: "1 second" });
same<
  typeof record,
  Wait<
    { readonly key: "n"; readonly value: number } | { readonly key: "w"; readonly value: string }
  >
>(true);
async function narrowed(): Promise<number> {
  const first = await record;
  return first.key === "n" ? first.value : first.value.length;
}
void narrowed;
const many = select([numbers, numbers].map((each) => each.receive()));
same<typeof many, Wait<{ readonly index: number; readonly value: number }>>(true);
same<Selected<readonly Wait<1>[]>, { readonly index: number; readonly value: 1 }>(true);

// @ts-expect-error: a promise has begun
void select([Promise.resolve(1)]);
// @ts-expect-error: several, not one
void select(numbers.receive());

// Greenlets.
const parent: Greenlet | null = getCurrent().parent;
void parent;
const g = greenlet(function* (a: number, b: string) {
  yield* getCurrent().switch(a, b);
});
g.run = () => 1;
g.parent = getCurrent();
// @ts-expect-error: no greenlet
g.parent = null;
// @ts-expect-error: nothing that can be run
greenlet(5);
