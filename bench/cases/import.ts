import type { ImportCase } from "../case.ts";

/** As it is published, seen from import.ts: nobody imports the sources. */
const fibril = "../dist/mod.js";

export const imports: readonly ImportCase[] = [
  {
    key: "import",
    name: "import in a new process (Effect: `effect/Effect`)",
    unit: "ns",
    imports: true,
    fibril: [fibril],
    effect: ["effect/Effect"],
  },
  {
    key: "import-own",
    name: "import where `effect/Effect` is loaded (Effect: all of `effect`)",
    unit: "ns",
    imports: true,
    fibril: ["effect/Effect", fibril],
    effect: ["effect/Effect", "effect"],
  },
];
