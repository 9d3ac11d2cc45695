import type { AnyFunction, FunctionRef } from "./function-ref.ts";
import { notExported } from "./not-exported.ts";
import { tasks } from "./tasks.ts";

/** The function that `ref` names, in the process that is to run it. */
export async function findFunction(
  ref: FunctionRef,
  load: (module: string) => Promise<object>,
): Promise<AnyFunction> {
  if (ref.kind === "source") return evaluate(ref);
  const module = ref.module === "" ? {} : await load(ref.module);
  const fn = ref.kind === "export" ? findExport(module, ref) : tasks().byKey.get(ref.key);
  if (fn !== undefined) return fn;
  throw new TypeError(
    ref.kind === "export"
      ? notExported(ref)
      : `Cannot run "${ref.key}" here: ${ref.module} did not register it; call task or register at the top level of that module`,
  );
}

type ExportRef = Extract<FunctionRef, { readonly kind: "export" }>;

/** What a `Function` has above its body. */
const HEADER_LINES = 2;

/** Of an expression that sees the globals and nothing of this module. */
function evaluate({ code, place }: Extract<FunctionRef, { readonly kind: "source" }>): AnyFunction {
  const strict = `"use strict"; return ${code}`;
  if (place === undefined) return new Function(strict)();
  // Traces of its errors then lead to where it was written.
  const above = "\n".repeat(Math.max(0, place.line - 1 - HEADER_LINES));
  return new Function(`${above}${strict}\n//# sourceURL=${place.module}`)();
}

/** By its source, since one name may be another function's; by name among several of one source. */
function findExport(module: object, { name, source }: ExportRef): AnyFunction | undefined {
  const same = candidates(module).filter(([, fn]) => String(fn) === source);
  const named = same.find(([key]) => key === name);
  if (named !== undefined) return named[1];
  if (REWRITTEN.test(source)) return exportNamed(module, name);
  const [only, ...others] = new Set(same.map(([, fn]) => fn));
  return others.length === 0 ? only : undefined;
}

/** vitest rewrites functions, in its own processes alone: there the name has to do. */
const REWRITTEN = /__vite_ssr_|__vi_import_/;

function exportNamed(module: object, name: string): AnyFunction | undefined {
  return functionsOf(module).find(([key]) => key === name)?.[1];
}

/** The functions among a module's exports, and one level down: methods of exported objects and classes. */
function candidates(module: object): [string, AnyFunction][] {
  const own = functionsOf(module);
  const inner = Object.values(module).flatMap((value) =>
    (typeof value === "object" || typeof value === "function") && value !== null
      ? functionsOf(value)
      : [],
  );
  return [...own, ...inner];
}

function functionsOf(object: object): [string, AnyFunction][] {
  return Object.entries(Object.getOwnPropertyDescriptors(object)).flatMap(([key, { value }]) =>
    typeof value === "function" ? [[key, value] as [string, AnyFunction]] : [],
  );
}
