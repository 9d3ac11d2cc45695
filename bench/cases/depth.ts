import { call, sleep, spawn, type Yieldable } from "fibril";
import type { TimeCase } from "../case.ts";

type Deep = Generator<Yieldable, void, unknown>;

/** Yields `times` times from below `depth` nested `yield*`. */
function* nested(depth: number, times: number): Deep {
  if (depth > 0) return yield* nested(depth - 1, times);
  for (let i = 0; i < times; i++) yield* sleep();
}

/** The same below `depth` calls. */
function* called(depth: number, times: number): Deep {
  if (depth > 0) return yield* call(called, depth - 1, times);
  for (let i = 0; i < times; i++) yield* sleep();
}

export const depths: readonly TimeCase[] = [1, 16, 64, 256].flatMap((depth): TimeCase[] => [
  {
    key: `call-${depth}`,
    name: `yield below ${depth} \`call\``,
    unit: "ns",
    count: 100_000,
    fibril: (count) => spawn(called, depth, count),
  },
  {
    key: `nested-${depth}`,
    name: `yield below ${depth} nested \`yield*\``,
    unit: "ns",
    count: depth < 64 ? 100_000 : 20_000,
    fibril: (count) => spawn(nested, depth, count),
  },
]);
