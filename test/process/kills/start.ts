/** How the program with the kills is started on a runtime; what it starts is of the same. */
import { join } from "node:path";
import { root, runtimes } from "../../../scripts/toolchain.ts";
import type { Order } from "./run.ts";

const commands = {
  node: [runtimes.node, "--expose-gc"],
  deno: [
    ...[runtimes.deno, "run", "--quiet", "-A", "--config", join(root, "deno.json")],
    "--v8-flags=--expose-gc",
  ],
} as const;

/** @param folder what `bundle` gave. */
export function commandOf(
  runtime: keyof typeof commands,
  folder: string,
  order: Order,
): readonly [file: string, ...args: string[]] {
  return [...commands[runtime], join(folder, "run.js"), JSON.stringify(order)];
}
