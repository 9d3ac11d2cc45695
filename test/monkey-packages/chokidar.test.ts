import fs from "node:fs";
import { join } from "node:path";
import type { FSWatcher } from "chokidar";
import { sleep, spawn, until } from "fibril";
import { Event } from "fibril/sync";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { fiberTest, loops, numbers } from "./fibers.ts";
import { plantTree, temporaryFolder } from "./tree.ts";

const { watch } = await import("chokidar");

let folder: string;

/** What the watcher tells of, and when it is ready. */
function listen(watcher: FSWatcher): { readonly seen: Set<string>; readonly ready: Event } {
  const seen = new Set<string>();
  const ready = new Event();
  watcher.on("all", (event, path) => {
    // What a listener begins, too, must not be the killed fiber's.
    fs.promises.lstat(folder).then(
      () => seen.add(`${event} ${path.slice(folder.length + 1)}`),
      (error) => seen.add(String(error)),
    );
  });
  watcher.on("ready", () => ready.set());
  return { seen, ready };
}

describe.each([
  ["by the system's events", {}],
  ["by polling", { backend: "polling", pollingInterval: 20 }],
] as const)("chokidar, %s", (_name, options) => {
  beforeEach(() => {
    folder = temporaryFolder("chokidar");
    plantTree(folder, 2, 1);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  fiberTest("a watcher goes on though the fiber that made it was killed", function* () {
    let watcher: FSWatcher | undefined;
    let heard: ReturnType<typeof listen> | undefined;
    const fiber = spawn(function* () {
      watcher = watch(folder, { ...options, ignoreInitial: true });
      heard = listen(watcher);
      yield* heard.ready.wait();
      yield* sleep("1 minute");
    });
    while (heard === undefined) yield* loops(1);
    yield* heard.ready.wait();
    yield* fiber.kill();
    const { seen } = heard;
    // What was going on in the moment of the kill still fails with it.
    fs.writeFileSync(join(folder, "first.txt"), "first");
    while (seen.size === 0) yield* loops(1);
    seen.clear();
    fs.writeFileSync(join(folder, "branch-0/new.txt"), "new");
    while (!seen.has("add branch-0/new.txt")) yield* loops(1);
    fs.writeFileSync(join(folder, "leaf.txt"), "changed a lot");
    while (!seen.has("change leaf.txt")) yield* loops(1);
    fs.rmSync(join(folder, "branch-1/leaf.txt"));
    while (!seen.has("unlink branch-1/leaf.txt")) yield* loops(1);
    expect([...seen].filter((each) => each.includes("Exit"))).toEqual([]);
    yield* until(watcher?.close() ?? Promise.resolve());
  });

  fiberTest("fibers that watch the same folder are told each, and closed each", function* () {
    const told = numbers(10).map(() => new Set<string>());
    let ready = 0;
    const fibers = told.map((seen) =>
      spawn(function* () {
        const watcher = watch(folder, options);
        watcher.on("all", (event, path) => seen.add(`${event} ${path.slice(folder.length + 1)}`));
        watcher.on("ready", () => ready++);
        try {
          yield* sleep("1 minute");
        } finally {
          yield* until(watcher.close());
        }
      }),
    );
    while (ready < 10) yield* loops(1);
    for (const fiber of fibers.slice(0, 5)) yield* fiber.kill();
    fs.writeFileSync(join(folder, "new.txt"), "new");
    for (const seen of told.slice(5)) {
      while (!seen.has("add new.txt")) yield* loops(1);
    }
    for (const seen of told) expect(seen).toContain("addDir branch-1");
    expect(told.map((seen) => seen.has("add new.txt"))).toEqual(numbers(10).map((n) => n >= 5));
    for (const fiber of fibers) yield* fiber.kill();
  });
});
