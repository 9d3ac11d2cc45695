/** Throw-away projects that have the packed package installed, as a user would have it. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readManifest, root } from "../../scripts/toolchain.ts";
import { runOk } from "../harness/run.ts";

export interface Consumer {
  readonly folder: string;
  readonly tarball: string;
  write(file: string, text: string): string;
  remove(): void;
}

/** Packs the repository and installs the tarball with the oldest peers that it allows. */
export async function installConsumer(): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), "fibril-consumer-"));
  const write = (file: string, text: string): string => {
    writeFileSync(join(folder, file), text);
    return join(folder, file);
  };
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    // Without scripts: `prepare` would build dist/ anew under the tests that read it.
    await npm(root, "pack", "--ignore-scripts", "--pack-destination", folder);
    const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz")) ?? "nothing packed";
    const { effect, "@types/node": nodeTypes } = readManifest().devDependencies;
    const dependencies = { fibril: `file:./${tarball}`, effect, "@types/node": nodeTypes };
    write("package.json", JSON.stringify({ type: "module", private: true, dependencies }));
    await npm(folder, "install", "--no-audit", "--no-fund", "--prefer-offline");
    return { folder, tarball: join(folder, tarball), write, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  await runOk("npm", args, { cwd, limit: 120_000 });
}
