import type { FunctionRef } from "./function-ref.ts";

type ExportRef = Extract<FunctionRef, { readonly kind: "export" }>;

/** The names of functions that are written where a Process, or a Pool, gets them: those of the options. */
export const IN_PLACE: readonly string[] = ["target", "initializer"];

/** What to say of a function or a class that another process can't find, and what to do. */
export function notExported({ name, needs, module }: Omit<ExportRef, "source" | "kind">): string {
  if (needs === undefined) {
    return `Cannot start a process of the class "${name}": ${module} does not export it; export it, or name it by register`;
  }
  const what = name === "" || IN_PLACE.includes(name) ? "this function" : `"${name}"`;
  return `Cannot run ${what} in another process: ${module} does not export it, and it uses ${needs} from around it; pass that as arguments, or export it`;
}
