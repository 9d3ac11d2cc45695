/**
 * The kills as files that are ready to run: a process of theirs starts in a fifth of the time
 * that it needs for the sources. As the build makes them, but with all points.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "../../../scripts/toolchain.ts";

const kills = join(root, "test/process/kills");

export interface Bundle {
  /** It has `run.js`. */
  readonly folder: string;
  remove(): void;
}

export async function bundle(): Promise<Bundle> {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache/kills-"));
  const scenarios = readdirSync(join(kills, "scenarios")).map((file) => file.slice(0, -3));
  const bundled = await rolldown({
    input: {
      run: join(kills, "run.ts"),
      // Where the package has it, beside what starts it.
      "process/child": join(root, "src/process/child/entry.ts"),
      ...Object.fromEntries(
        scenarios.map((name) => [`scenarios/${name}`, join(kills, `scenarios/${name}.ts`)]),
      ),
    },
    resolve: {
      alias: {
        "fibril/sync": join(root, "src/sync/mod.ts"),
        fibril: join(root, "src/mod.ts"),
      },
    },
    external: /^(effect|@effect|node:|acorn|koffi|piscina)/,
    platform: "node",
    logLevel: "silent",
    treeshake: { moduleSideEffects: true },
  });
  await bundled.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "shared/[name].js",
  });
  await bundled.close();
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
