// The pure structures below the scheduler. Run: node --expose-gc bench/internal.ts
import { bench, do_not_optimize, run, summary } from "mitata";
import { Ring } from "../src/internal/ring.ts";
import { WaiterList, WaiterNode } from "../src/internal/waiters.ts";
import { TimerNode, TimerWheel } from "../src/internal/wheel.ts";

class Timer extends TimerNode {
  expired = 0;

  expire(): void {
    this.expired++;
  }
}

/** Figures are for a batch: divide by this. */
const RING_OPS = 1000;
const TIMERS = 100_000;

// Math.random would make two runs differ.
let seed = 1;
function random(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
}

summary(() => {
  const one = new Ring<object>();
  const many = new Ring<object>();
  const entry = {};
  for (let i = 0; i < 500; i++) many.push(entry);
  const cycle = (ring: Ring<object>): void => {
    for (let i = 0; i < RING_OPS; i++) {
      ring.push(entry);
      do_not_optimize(ring.shift());
    }
  };
  bench("ring: 1000 x push + shift, 1 ready", () => cycle(one));
  bench("ring: 1000 x push + shift, 500 ready", () => cycle(many));
  bench("ring: 100k push, then 100k shift (grows and drops its array)", () => {
    for (let i = 0; i < 100_000; i++) one.push(entry);
    for (let i = 0; i < 100_000; i++) do_not_optimize(one.shift());
  });
});

summary(() => {
  const nodes = Array.from({ length: TIMERS }, () => new Timer());
  for (const [label, span, whole] of [
    ["100 ms, whole ms", 100, true],
    ["100 ms, fractions", 100, false],
    ["10 s, fractions", 10_000, false],
    ["1e6 ms, fractions", 1_000_000, false],
  ] as const) {
    const delays = nodes.map(() => (whole ? Math.ceil(random() * span) : random() * span));
    let now = 0;
    const wheel = new TimerWheel(now);
    bench(`wheel: 100k x add + expire over ${label}`, () => {
      for (let i = 0; i < TIMERS; i++) wheel.add(nodes[i]!, now + delays[i]!);
      // Two ms is how long the hub runs fibers before it looks at the timers again.
      const end = now + span;
      while (now < end) {
        now += Math.max(2, span / 1000);
        wheel.advance(now);
      }
      if (wheel.size !== 0) throw new Error(`${wheel.size} timers left`);
    });
  }
});

summary(() => {
  const nodes = Array.from({ length: TIMERS }, () => new Timer());
  const delays = nodes.map(() => random() * 10_000);
  const wheel = new TimerWheel(0);
  bench("wheel: 100k x (add + remove)", () => {
    for (let i = 0; i < TIMERS; i++) {
      wheel.add(nodes[i]!, delays[i]!);
      wheel.remove(nodes[i]!);
    }
  });
  bench("wheel: 100k add, then 100k remove", () => {
    for (let i = 0; i < TIMERS; i++) wheel.add(nodes[i]!, delays[i]!);
    for (let i = 0; i < TIMERS; i++) wheel.remove(nodes[i]!);
  });
});

summary(() => {
  const list = new WaiterList<WaiterNode>();
  const nodes = Array.from({ length: RING_OPS }, () => new WaiterNode());
  bench("waiters: 1000 push, then 1000 remove", () => {
    for (const node of nodes) list.push(node);
    for (const node of nodes) list.remove(node);
  });
  bench("waiters: 1000 push, then 1000 shift", () => {
    for (const node of nodes) list.push(node);
    while (!list.isEmpty()) do_not_optimize(list.shift());
  });
});

await run();
