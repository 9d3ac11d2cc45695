import { show } from "../../fiber/body.ts";
import { mentionOf, placeOf } from "./exports-in-text.ts";
import { type FreeVariable, freeVariables } from "./free-variables.ts";
import type { AnyFunction, FunctionRef } from "./function-ref.ts";
import { locate } from "./locate.ts";
import { notExported } from "./not-exported.ts";
import { type ParsedFunction, parseFunction } from "./parser.ts";
import { tasks } from "./tasks.ts";

/** A function that says one of these means fibril's class rather than the host's. */
const OURS = ["Event", "Lock"];

/** What every process of this runtime has, as it was when fibril was loaded. */
const globals: ReadonlySet<string> = /* @__PURE__ */ new Set(
  /* @__PURE__ */ Object.getOwnPropertyNames(globalThis).filter((name) => !OURS.includes(name)),
);

interface Examined {
  /** What it uses from around it, in words; `undefined`: nothing. */
  readonly needs: string | undefined;
  readonly code: string;
}

const examined: WeakMap<AnyFunction, Examined> = new WeakMap();

/**
 * How another process finds `fn`. One that uses nothing from around it goes as it
 * is written; any other must be exported, or named by `task` or `register`.
 *
 * @param from the module that hands it over, where it is looked for first.
 * @throws TypeError at once where it is certain that it can't be found; the other process says the rest.
 */
export function nameFunction(
  fn: AnyFunction,
  from: string | undefined,
): FunctionRef | Promise<FunctionRef> {
  const ref = tasks().refs.get(fn);
  if (ref !== undefined) return ref;
  const source = Function.prototype.toString.call(fn);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) {
    throw new TypeError(
      `Cannot run ${show(fn)} in another process: it is bound or native and has no source; pass an exported function that calls it`,
    );
  }
  const { needs, code } = examine(fn, source);
  if (needs === undefined) return { kind: "source", code, place: placeOf(fn.name, from) };
  return nameExport(fn, source, needs, from);
}

/** As `nameFunction`, for a class, which is always found by its module. */
export function nameClass(
  type: AnyFunction,
  from: string | undefined,
): FunctionRef | Promise<FunctionRef> {
  const source = Function.prototype.toString.call(type);
  return tasks().refs.get(type) ?? nameExport(type, source, undefined, from);
}

function nameExport(
  fn: AnyFunction,
  source: string,
  needs: string | undefined,
  from: string | undefined,
): FunctionRef | Promise<FunctionRef> {
  const { name } = fn;
  const inModule = (module: string): FunctionRef => ({
    kind: "export",
    module,
    name,
    source,
    needs,
  });
  const mention = from === undefined ? "unclear" : mentionOf(name, source, from);
  if (mention === "exported") return inModule(from as string);
  if (mention === "private")
    throw new TypeError(notExported({ name, needs, module: from ?? "its module" }));
  return locate(fn).then((module) => {
    if (module !== undefined) return inModule(module);
    if (from !== undefined) return inModule(from);
    throw new TypeError(notExported({ name, needs, module: from ?? "its module" }));
  });
}

function examine(fn: AnyFunction, source: string): Examined {
  let result = examined.get(fn);
  if (result === undefined) {
    const parsed = parseFunction(fn, source);
    const free = freeVariables(parsed.node).filter(({ name }) => !globals.has(name));
    result = { needs: inWords(free, parsed), code: parsed.code };
    examined.set(fn, result);
  }
  return result;
}

/** `K and helper (in its line 3)` */
function inWords(
  free: readonly FreeVariable[],
  { code, shift }: ParsedFunction,
): string | undefined {
  const [first, ...rest] = free;
  if (first === undefined) return undefined;
  const names = free.map(({ name }) => name);
  const last = names.pop();
  const list = rest.length === 0 ? last : `${names.join(", ")} and ${last}`;
  const line = code.slice(shift, first.at).split("\n").length;
  return line === 1 ? list : `${list} (in its line ${line})`;
}
