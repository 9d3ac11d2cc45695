import type { Session } from "node:inspector";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { host } from "../../internal/host.ts";
import type { AnyFunction } from "./function-ref.ts";

const known: WeakMap<AnyFunction, Promise<string | undefined>> = new WeakMap();

/** The URL of the module that a function was written in. The first look takes 60 ms, and stops nobody. */
export function locate(fn: AnyFunction): Promise<string | undefined> {
  let found = known.get(fn);
  if (found === undefined) {
    // Without an inspector nobody knows more than the caller does.
    found =
      host.runtime === "bun"
        ? Promise.resolve(searchLoaded(fn))
        : inspect(fn).catch(() => undefined);
    known.set(fn, found);
  }
  return found;
}

interface Described {
  readonly result: { readonly objectId: string };
}

interface Properties {
  readonly internalProperties?: readonly {
    readonly name: string;
    readonly value?: { readonly value?: { readonly scriptId: string } };
  }[];
}

type Post = <A>(method: string, params?: object) => Promise<A>;

const HANDED = Symbol.for("fibril/process/located");

async function inspect(fn: AnyFunction): Promise<string | undefined> {
  const { Session } = host.process.getBuiltinModule(
    "node:inspector",
  ) as typeof import("node:inspector");
  const session = new Session();
  session.connect();
  try {
    return await askSession(session, fn);
  } finally {
    session.disconnect();
  }
}

async function askSession(session: Session, fn: AnyFunction): Promise<string | undefined> {
  const urls = new Map<string, string>();
  session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
  const post: Post = (method, params) =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error: Error | null, result?: unknown) => {
        if (error === null) resolve(result as never);
        else reject(error);
      });
    });
  await post("Debugger.enable");
  const globals = globalThis as { [HANDED]?: AnyFunction };
  globals[HANDED] = fn;
  const expression = 'globalThis[Symbol.for("fibril/process/located")]';
  const asked = post<Described>("Runtime.evaluate", { expression });
  const { result } = await asked.finally(() => delete globals[HANDED]);
  const { objectId } = result;
  const properties = await post<Properties>("Runtime.getProperties", { objectId });
  const location = properties.internalProperties?.find(
    ({ name }) => name === "[[FunctionLocation]]",
  );
  const scriptId = location?.value?.value?.scriptId;
  await post("Debugger.disable");
  return scriptId === undefined ? undefined : moduleUrl(urls.get(scriptId));
}

/** Scripts of `eval` have no URL; CommonJS ones have a path. */
function moduleUrl(url: string | undefined): string | undefined {
  if (url === undefined || url === "" || url.startsWith("node:")) return undefined;
  return url.includes(":") ? url : pathToFileURL(url).href;
}

/** Bun has no inspector, but knows the modules that are loaded. */
function searchLoaded(fn: AnyFunction): string | undefined {
  const { cache } = createRequire(import.meta.url);
  for (const [path, module] of Object.entries(cache)) {
    if (exportsOf(module).includes(fn)) return pathToFileURL(path).href;
  }
  return undefined;
}

/** Some modules throw when they are looked at: those that are on their way, for one. */
function exportsOf(module: NodeJS.Module | undefined): unknown[] {
  try {
    return Object.values(module?.exports ?? {});
  } catch {
    return [];
  }
}
