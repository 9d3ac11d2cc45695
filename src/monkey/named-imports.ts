import { host } from "../internal/host.ts";
import { builtin } from "./builtin.ts";

/** The part of `node:module` that we need. */
interface ModuleHost {
  syncBuiltinESMExports?(): void;
  registerHooks?(hooks: Hooks): { deregister(): void };
}

interface Hooks {
  resolve(specifier: string, context: ResolveContext, next: Next): object;
}

type Next = (specifier: string, context: ResolveContext) => object;

interface ResolveContext {
  readonly conditions?: readonly string[];
}

/**
 * Makes named imports of the host's modules follow what was assigned. On Node
 * those made before follow as well. Deno's never look again: there modules that
 * are loaded from now on get imports of ours, which do. Bun has neither.
 */
export function followNamedImports(): void {
  const module = builtin<ModuleHost>("module");
  module.syncBuiltinESMExports?.();
  if (host.runtime !== "deno") return;
  hooks ??= module.registerHooks?.(redirecting);
  updateAll();
}

/** As `followNamedImports`, when nothing is patched any more. */
export function leaveNamedImports(): void {
  builtin<ModuleHost>("module").syncBuiltinESMExports?.();
  updateAll();
  hooks?.deregister();
  hooks = undefined;
}

let hooks: ReturnType<NonNullable<ModuleHost["registerHooks"]>> | undefined;

/** Each module of ours adds the function here that reads its names anew. */
const UPDATES: unique symbol = Symbol.for("fibril/named-imports/1");
const globals = globalThis as { [UPDATES]?: Set<() => void> };

function updateAll(): void {
  for (const update of globals[UPDATES] ?? []) update();
}

/** Those of which something is patched. Deno's `zlib` is frozen. */
const REDIRECTED = new Set(
  "child_process crypto dgram dns dns/promises fs fs/promises http https net readline readline/promises timers timers/promises tls".split(
    " ",
  ),
);

/**
 * The source is in the address: with a `load` hook Deno takes the JSON that
 * CommonJS modules `require` for code, and finds no import of an ES module that they do.
 */
const redirecting: Hooks = {
  resolve(specifier, context, next) {
    const name = specifier.replace(/^node:/, "");
    // What `require` gives is the module itself.
    const isRequired = context.conditions?.includes("require") === true;
    if (!REDIRECTED.has(name) || isRequired) return next(specifier, context);
    const url = `data:text/javascript,${encodeURIComponent(sourceOf(name))}`;
    return { url, format: "module", shortCircuit: true };
  },
};

/** A module with the names of the host's, which are read anew after each patch. */
function sourceOf(name: string): string {
  const names = Object.keys(builtin(name)).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key));
  const list = names.filter((key) => key !== "default").join(", ");
  return `
    const module = process.getBuiltinModule("node:${name}");
    let ${list};
    const update = () => { ({ ${list} } = module); };
    update();
    (globalThis[Symbol.for("fibril/named-imports/1")] ??= new Set()).add(update);
    export { ${list} };
    export default module;
  `;
}
