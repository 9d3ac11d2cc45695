const globals = globalThis as { readonly Deno?: unknown; readonly Bun?: unknown };

export type RuntimeName = "node" | "deno" | "bun";

/** Which runtime this is: only `host.ts`, and what has to be as small as can be, ask for it. */
export const runtime: RuntimeName =
  globals.Deno !== undefined ? "deno" : globals.Bun !== undefined ? "bun" : "node";
