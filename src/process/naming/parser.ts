import { createRequire } from "node:module";
import { show } from "../../fiber/body.ts";

/** As ESTree has it: what a node holds beside its type depends on that. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  // biome-ignore lint/suspicious/noExplicitAny: the shapes of ESTree are another package's
  readonly [key: string]: any;
}

interface Parser {
  parseExpressionAt(source: string, offset: number, options: object): SyntaxNode;
}

/** A function's source that is an expression as it stands, or inside of an object or a class. */
export interface ParsedFunction {
  readonly node: SyntaxNode;
  /** An expression that gives the function. */
  readonly code: string;
  /** How many characters `code` has before the source. */
  readonly shift: number;
}

let parser: Parser | undefined;

/** Loaded by the first function that is looked at: 7 ms, and not by a program that starts no process. */
function load(): Parser {
  try {
    parser ??= createRequire(import.meta.url)("acorn") as Parser;
  } catch (error) {
    throw new Error("Cannot look into a function without the package acorn: npm install acorn", {
      cause: error,
    });
  }
  return parser;
}

/** What a method's source needs around it. */
const SURROUNDINGS: readonly (readonly [before: string, after: string])[] = [
  ["(", ")"],
  ["Object.values({ ", " })[0]"],
];

/** Parses the source of a function, a method or a class. */
export function parseFunction(fn: unknown, source: string): ParsedFunction {
  const { parseExpressionAt } = load();
  let mistake: unknown;
  for (const [before, after] of SURROUNDINGS) {
    const code = `${before}${source}${after}`;
    try {
      const whole = parseExpressionAt(code, 0, { ecmaVersion: "latest", sourceType: "module" });
      return { node: functionIn(whole), code, shift: before.length };
    } catch (error) {
      mistake = error;
    }
  }
  throw new TypeError(`Cannot read the source of ${show(fn)}: export it from a module`, {
    cause: mistake,
  });
}

function functionIn(whole: SyntaxNode): SyntaxNode {
  if (whole.type !== "MemberExpression") return whole;
  return whole["object"].arguments[0].properties[0].value;
}
