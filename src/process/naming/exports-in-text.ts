import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Place } from "./function-ref.ts";
import { IN_PLACE } from "./not-exported.ts";

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

const COMMON_JS = /\bexports\s*(?:\.[\w$]|\[|=[^=])/;

/** The beginning of a value that is no function but of its own name, or none at all. */
const PLAIN = [
  "async\\b",
  "function\\b",
  "class\\b",
  "[(<]",
  "[\\w$]+\\s*=>",
  "\\[?\\s*[\"'`\\d\\]-]",
  "new\\b",
  "(?:true|false|null|undefined)\\b",
  "(?:task|register)\\s*\\(",
].join("|");

/** Exports that may have functions in them: an array, an object, what a call gives, a list of names. */
const CONTAINERS = new RegExp(
  [
    `\\bexport\\s+(?:default\\s+|(?:const|let|var)\\s+[\\w$]+(?:[^=]|=>)*?=(?![=>]))(?!\\s*(?:${PLAIN}))`,
    "\\bexport\\s+(?:const|let|var)\\s+[{[]",
    "\\bexport\\s*\\{",
  ].join("|"),
);

/** What is static in it may be a function that is declared elsewhere. */
const CLASSES = /\bexport\s+(?:default\s+)?(?:abstract\s+)?class\b/;

/** @param source of the function of that name, which is `""` for one that stands where it is used. */
export function mentionOf(name: string, source: string, module: string): Mention {
  const text = textOf(module);
  if (text === undefined) return "unclear";
  if (name === "") {
    const mayHold = COMMON_JS.test(text) || CONTAINERS.test(text);
    return mayHold || !isWrittenIn(text, source) ? "unclear" : "private";
  }
  const word = wordOf(name);
  const exported = [
    `\\bexport\\s+(?:default\\s+)?(?:async\\s+)?${DECLARES}${word}`,
    `\\bexport\\s*\\{[^}]*(?<![\\w$])${word}`,
  ];
  if (new RegExp(exported.join("|")).test(text)) return "exported";
  if (COMMON_JS.test(text) || isProperty(word, text)) return "unclear";
  return declarationOf(name).test(text) ? "private" : "unclear";
}

/** Runtimes take types and spaces out of a source, and add no words to it. */
function isWrittenIn(text: string, source: string): boolean {
  const words = new Set(text.match(WORD));
  return source.match(WORD)?.every((word) => words.has(word)) ?? false;
}

const WORD = /[\w$]+/g;

/** Whether what is exported may have it as a property. */
function isProperty(word: string, text: string): boolean {
  if (!new RegExp(`\\.${word}`).test(text)) return false;
  const isAssigned = new RegExp(`\\.${word}\\s*=[^=>]`).test(text);
  return isAssigned || CONTAINERS.test(text) || CLASSES.test(text);
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
    IN_PLACE.includes(name) ? `${declared}|\\b${name}\\s*:[^,;{}]*(?:=>|function)` : declared,
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
