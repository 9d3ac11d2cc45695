import type * as Effect from "effect/Effect";
import { spawn, type Wait } from "fibril";
import type { Program, TimeCase } from "../case.ts";
import { moduleIfBuilt } from "../optional.ts";

interface Greenlet {
  switch(...values: unknown[]): Wait<unknown>;
}

interface GreenletModule {
  greenlet(run: () => Generator<Effect.Effect<unknown>, void, never>): Greenlet;
  getCurrent(): Greenlet;
}

const greenlets = await moduleIfBuilt<GreenletModule>("greenlet/mod.ts");

export const greenletSwitch: TimeCase = {
  key: "switch",
  name: "greenlet switch",
  unit: "ns",
  goal: 60,
  count: 400_000,
  fibril: greenlets === undefined ? undefined : switching(greenlets),
};

/** There and back, `count / 2` times. */
function switching({ greenlet, getCurrent }: GreenletModule): Program {
  return (count) =>
    spawn(function* main() {
      const self = getCurrent();
      const other = greenlet(function* () {
        for (let i = 0; i < count / 2; i++) yield* self.switch();
      });
      for (let i = 0; i <= count / 2; i++) yield* other.switch();
    });
}
