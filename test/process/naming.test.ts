import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { mentionOf } from "../../src/process/naming/exports-in-text.ts";
import { freeVariables } from "../../src/process/naming/free-variables.ts";
import { parseFunction } from "../../src/process/naming/parser.ts";

/** What a function's source takes from around it. By their sources, because runtimes print functions differently. */
function freeIn(source: string): string[] {
  const { node } = parseFunction(undefined, source);
  return freeVariables(node).map(({ name }) => name);
}

describe("a function uses from around it", () => {
  const cases: Record<string, [source: string, names: string[]]> = {
    "nothing but parameters": ["(x) => x + 1", []],
    "names in its body": ["(x) => x * K + helper(x)", ["K", "helper"]],
    "names in defaults": ["(x = K, y = x) => y", ["K"]],
    "no names of properties": ["(a) => a.b?.c + { d: a }.d", []],
    "names of computed properties": ["(a) => a[K] + { [L]: 1 }", ["K", "L"]],
    "a shorthand property's name": ["() => ({ K })", ["K"]],
    "no destructured name": ["({ a: { b }, ...c }, [d = b, ...e]) => [b, c, d, e]", []],
    "no name of its own": ["function f(n) { return n ? f(n - 1) : arguments.length }", []],
    "no hoisted var": ["() => { if (1) { var q = 1 } return q }", []],
    "no var of an inner function": ["() => { (() => { var q })(); return q }", ["q"]],
    "a block's function outside of the block": ["() => { { function g() {} } g() }", ["g"]],
    "no loop variable": ["() => { for (const x of []) x; for (let i = 0; i < 1; i++) i; }", []],
    "a loop variable after the loop": ["() => { for (const x of []) {} x }", ["x"]],
    "no caught error": ["() => { try {} catch ({ message }) { message } }", []],
    "no label": ["() => { a: for (;;) break a }", []],
    "names in cases, but no declared one": [
      "(x) => { switch (x) { case K: let u; default: u } }",
      ["K"],
    ],
    "names in classes": [
      "() => class A extends B { static z = K; [L]() { return A } }",
      ["B", "K", "L"],
    ],
    "no private name": ["() => class { #p = 1; get() { return this.#p } }", []],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a template
    "names in templates and tags": ["(x) => tag`${x}${y}`", ["tag", "y"]],
    "names that it sets": ["() => { z = 1 }", ["z"]],
    "its arrow's this": ["() => this", ["this"]],
    "no this of a function": ["function () { return () => this }", []],
    "its module": ["() => import.meta.url", ["import.meta"]],
    "no package": ['() => import("node:path")', []],
    "a relative module": ['() => import("./work.js")', ["import()"]],
    "names in methods": ["meth(x) { return helper(x) }", ["helper"]],
    "names in async generators": ["async *meth(x) { yield* helper(x) }", ["helper"]],
    "names in computed methods": ['["a" + 1](x) { return x }', []],
    "new.target never": ["function () { return new.target }", []],
  };
  for (const [what, [source, names]] of Object.entries(cases)) {
    test(what, () => {
      expect(freeIn(source)).toEqual(names);
    });
  }

  test("what can't be parsed is refused with what to do", () => {
    expect(() => freeIn("get x() { return 1 }; nonsense nonsense")).toThrow(
      "export it from a module",
    );
  });
});

describe("a module's text says of a name", () => {
  const here = import.meta.url;
  test("that it is exported, private or neither", () => {
    expect(mentionOf("nowhere", "", here)).toBe("unclear");
    const fixture = new URL("./fixtures/failing.ts", here).href;
    expect(mentionOf("raises", "", fixture)).toBe("exported");
    expect(mentionOf("raisesInFiber", "", fixture)).toBe("exported");
    expect(mentionOf("isPrivate", "", fixture)).toBe("private");
    expect(mentionOf("x", "", "https://example.org/module.ts")).toBe("unclear");
  });

  const texts: readonly (readonly [text: string, of: string])[] = [
    ["export const add = (a: number, b: number): number => a + b;", "private"],
    ["export const add: (a: number) => number = async (a) => a; const x = [1]", "private"],
    ["export function work() { return [1] } export default class A {}", "private"],
    ["export const N = 5, S = 's'; export const names = ['a']; export type T = {}", "private"],
    ["// what it exports. And so on", "private"],
    ["export const list = [(x) => x]", "unclear"],
    ["export const all: Record<string, () => void> = { a: wrap() }", "unclear"],
    ["export const f = memo((x) => x)", "unclear"],
    ["export const [a] = make()", "unclear"],
    ["const list = []; export { list }", "unclear"],
    ["module.exports = (x) => x", "unclear"],
  ];
  test.for(texts)("that a function without a name is not exported: %s", ([text, expected]) => {
    const module = written(text + INLINE);
    expect(mentionOf("", INLINE, module)).toBe(expected);
    expect(mentionOf("", "() => elsewhere", module)).toBe("unclear");
  });

  const properties: readonly (readonly [text: string, of: string])[] = [
    ["const work = (x) => x; other.work()", "private"],
    ["const work = (x) => x; export const api = { work }; api.work", "unclear"],
    ["const work = (x) => x; export class A { static work = work } A.work", "unclear"],
    ["const work = (x) => x; export function main() {} main.work = work", "unclear"],
  ];
  test.for(properties)("that it is perhaps a property: %s", ([text, expected]) => {
    expect(mentionOf("work", "(x) => x", written(text))).toBe(expected);
  });
});

const INLINE = "(x) => x + local";

const folder = mkdtempSync(join(tmpdir(), "naming-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, "module.ts");
  writeFileSync(file, text);
  return pathToFileURL(file).href;
}
