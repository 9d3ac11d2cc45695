import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { requireBuild, sourceOf } from "../harness/built.ts";
import { runOk } from "../harness/run.ts";
import { importsOf, resolveImport } from "../harness/sources.ts";

/** The core (`spawn`, `joinAll`, `sleep`) with its Effect, minified, as a bundle would carry it. */
const MAX_CORE_KIB = 25;
/** Everything in `fibril`, greenlets and the Effect bridge included: more is a new dependency. */
const MAX_WHOLE_KIB = 33;

/** What `fibril` may add to loading the modules of Effect that it uses. Aim: 10. */
const IMPORT_AIM_MS = 10;
/** A busy machine doubles every figure; more than this is a new dependency or a heavy module. */
const IMPORT_LIMIT_MS = 30;
const ROUNDS = 9;

beforeAll(requireBuild);

describe("cost", () => {
  test(`the core with its Effect has at most ${MAX_CORE_KIB} KiB gzipped`, async () => {
    const core = await bundleSize('export { spawn, joinAll, sleep } from "fibril";');
    const whole = await bundleSize('export * from "fibril";');
    console.log(
      `core: ${core.toFixed(1)} KiB gzipped, everything in "fibril": ${whole.toFixed(1)} KiB`,
    );
    expect(core).toBeLessThanOrEqual(MAX_CORE_KIB);
    expect(whole).toBeLessThanOrEqual(MAX_WHOLE_KIB);
  });

  test("loading fibril takes hardly longer than loading the Effect under it", async () => {
    const effectModules = foreignModules(sourceOf("fibril"));
    const own: number[] = [];
    const bare: number[] = [];
    // In turn, so that a slow moment of the machine strikes both.
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await loadTime(effectModules));
      own.push(await loadTime(["fibril"]));
    }
    const added = median(own) - median(bare);
    console.log(
      `import "fibril": ${median(own).toFixed(1)} ms, Effect alone: ${median(bare).toFixed(1)} ms, ` +
        `added: ${added.toFixed(1)} ms (aim ${IMPORT_AIM_MS})`,
    );
    expect(added).toBeLessThanOrEqual(IMPORT_LIMIT_MS);
  }, 120_000);
});

async function bundleSize(entry: string): Promise<number> {
  const name = "entry";
  const bundle = await rolldown({
    input: name,
    cwd: root,
    platform: "node",
    logLevel: "silent",
    plugins: [
      {
        name,
        resolveId: (id) => (id === name ? join(root, "entry.js") : null),
        load: (id) => (id === join(root, "entry.js") ? entry : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  const code = output.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
  return gzipSync(code).length / 1024;
}

/** The packages' modules that an entry loads at run time, through all of its own modules. */
function foreignModules(entry: string): string[] {
  const seen = new Set([entry]);
  const foreign = new Set<string>();
  for (const file of seen) {
    for (const { specifier, typeOnly } of importsOf(file)) {
      if (typeOnly) continue;
      const local = resolveImport(file, specifier);
      if (local === undefined) foreign.add(specifier);
      else seen.add(local);
    }
  }
  return [...foreign];
}

async function loadTime(specifiers: readonly string[]): Promise<number> {
  const child = join(root, "test/harness/children/import-time.mjs");
  const { stdout } = await runOk(runtimes.node, [child, ...specifiers], {
    env: { NODE_DISABLE_COMPILE_CACHE: "1" },
  });
  return Number(stdout);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
