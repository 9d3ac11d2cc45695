import type { FunctionRef } from "./function-ref.ts";

type ExportRef = Extract<FunctionRef, { readonly kind: "export" }>;

/** What to say of a function or a class that another process can't find, and what to do. */
export function notExported({ name, needs, module }: Omit<ExportRef, "source" | "kind">): string {
  if (needs === undefined) {
    return `Cannot start a process of the class "${name}": ${module} does not export it; export it, or name it by register`;
  }
  // Where it is written as the value of a property, that is its name.
  const what = name === "" || name === "target" ? "this function" : `"${name}"`;
  return `Cannot run ${what} in another process: ${module} does not export it, and it uses ${needs} from around it; pass that as arguments, or export it`;
}
