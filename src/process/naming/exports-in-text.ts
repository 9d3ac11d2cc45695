import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Place } from "./function-ref.ts";

/**
 * What a module's text says of a name, by a look at it and not by reading it as
 * code: a process that loads the module corrects whoever was misled by it.
 */
export type Mention =
  /** Exported under this name, as it seems. */
  | "exported"
  /** Declared there, and in no way that leads outside. */
  | "private"
  | "unclear";

const DECLARES = "(?<![\\w$])(?:function\\s*\\*?|class|const|let|var)\\s+";

/** The name of a function that is written where a Process gets it. */
const INLINE = "target";

const COMMON_JS = /\bexports\s*(?:\.|\[|=[^=])/;

export function mentionOf(name: string, module: string): Mention {
  const text = textOf(module);
  if (text === undefined) return "unclear";
  // An arrow that stands where it is used, in a file that exports nothing.
  if (name === "") return /\bexports?\b/.test(text) ? "unclear" : "private";
  const word = wordOf(name);
  const exported = [
    `\\bexport\\s+(?:default\\s+)?(?:async\\s+)?${DECLARES}${word}`,
    `\\bexport\\s*\\{[^}]*(?<![\\w$])${word}`,
  ];
  if (new RegExp(exported.join("|")).test(text)) return "exported";
  if (COMMON_JS.test(text) || new RegExp(`\\.${word}`).test(text)) return "unclear";
  return declarationOf(name).test(text) ? "private" : "unclear";
}

/** Where a module declares a function of this name, as it seems. */
export function placeOf(name: string, module: string | undefined): Place | undefined {
  const text = module === undefined ? undefined : textOf(module);
  if (text === undefined || module === undefined || name === "") return undefined;
  const index = text.search(declarationOf(name));
  return index < 0 ? undefined : { module, line: text.slice(0, index).split("\n").length };
}

function declarationOf(name: string): RegExp {
  const declared = `${DECLARES}${wordOf(name)}`;
  return new RegExp(
    name === INLINE ? `${declared}|\\btarget\\s*:[^,;{}]*(?:=>|function)` : declared,
  );
}

function wordOf(name: string): string {
  return `${name.replaceAll("$", "\\$")}(?![\\w$])`;
}

/** Of a file: others are not to be had at once. */
function textOf(module: string): string | undefined {
  try {
    return readFileSync(fileURLToPath(module), "utf8");
  } catch {
    return undefined;
  }
}
