import { createRequire } from "node:module";
import { runtime } from "../../internal/runtime.ts";
import type { Foreign } from "./foreign.ts";
import { bunForeign } from "./foreign-bun.ts";
import { denoForeign } from "./foreign-deno.ts";
import { koffiForeign } from "./foreign-koffi.ts";
import { nodeForeign } from "./foreign-node.ts";
import { SharedMemoryUnavailable } from "./shared-memory-errors.ts";

/** The way to call C that this runtime has. @throws SharedMemoryUnavailable if there is none. */
export function loadForeign(): Foreign {
  if (runtime === "bun") return bunForeign();
  if (runtime === "node") return foreignOfNode();
  const foreign = denoForeign();
  if (foreign !== undefined) return foreign;
  throw new SharedMemoryUnavailable("Deno was started without --allow-ffi");
}

/** koffi first: it is four times as fast as node:ffi, and says no warning. */
function foreignOfNode(): Foreign {
  try {
    return koffiForeign();
  } catch (error) {
    const foreign = nodeForeign();
    if (foreign !== undefined) return foreign;
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === "MODULE_NOT_FOUND"
        ? "the package koffi is not installed (npm install koffi)"
        : `the package koffi cannot be loaded (${message})`;
    throw new SharedMemoryUnavailable(reason, { cause: error });
  }
}

let isFound: boolean | undefined;

/** Whether there is likely to be a way; nothing is loaded for that. */
export function mayHaveForeign(): boolean {
  isFound ??= runtime === "bun" || (runtime === "deno" ? hasDenoForeign() : isOnNode());
  return isFound;
}

function hasDenoForeign(): boolean {
  return denoForeign() !== undefined;
}

function isOnNode(): boolean {
  try {
    createRequire(import.meta.url).resolve("koffi");
    return true;
  } catch {
    return nodeForeign() !== undefined;
  }
}
