import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const onDeno = "Deno" in globalThis;

export default defineConfig({
  // The condition makes `fibril` mean src/, so a test never runs an old build.
  ssr: { resolve: { conditions: ["fibril-source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    // Threads do not start under Deno, and a fork keeps a hang inside its file.
    pool: "forks",
    // Most of them wait for processes, sockets and timers: one at a time leaves a core idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    execArgv: onDeno ? [] : ["--expose-gc"],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    retry: 0,
    passWithNoTests: true,
  },
});
