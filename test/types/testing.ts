/** What the compiler must accept and refuse of the assertions: checked by `npm run types`, never run. */
import * as Effect from "effect/Effect";
import type * as Metric from "effect/Metric";
import { sleep, type Wait } from "fibril";
import { formatRunInfo, type metrics, type RunInfo, runInfo, startTrace } from "fibril/inspect";
import {
  assertNoLeaks,
  assertSwitches,
  explore,
  noSwitch,
  registerLeakProbe,
} from "fibril/testing";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

function* failing() {
  yield* Effect.fail("no" as const);
  return 1;
}

// The value and the failure of a body, a generator or a Wait are those of the assertion.
same<ReturnType<typeof leaks>, Wait<number, "no">>(true);
function leaks() {
  return assertNoLeaks(failing);
}
const switches = assertSwitches(failing(), { maxBlockingTime: "10 millis", hubOnly: true });
same<typeof switches, Wait<number, "no">>(true);
const trapped = noSwitch(failing);
same<typeof trapped, Wait<number, "no">>(true);
const slept = noSwitch(sleep(1));
same<typeof slept, Wait<void>>(true);
const counted = assertNoLeaks(async () => 1, { ignore: ({ kind }) => kind === "timer" });
same<typeof counted, Wait<number, unknown>>(true);

const nested = assertSwitches(() => assertNoLeaks(failing));
same<typeof nested, Wait<number, unknown>>(true);

// @ts-expect-error: no body
void noSwitch(5);
// @ts-expect-error: no option
void assertSwitches(failing, { maxBlocking: 5 });
// @ts-expect-error: a probe gives things
registerLeakProbe("door", () => ["front"]);
registerLeakProbe("door", () => [{ thing: 1, name: "front" }]);
void explore(failing, { seeds: 3, shrink: true });
void explore(async () => 1);

same<typeof metrics.fibers, Metric.Gauge<number>>(true);
const info: RunInfo = runInfo();
// @ts-expect-error: a snapshot is only read
info.turns = 5;
const text: string = formatRunInfo({ info });
void text;
startTrace((json: string) => json).stop();
