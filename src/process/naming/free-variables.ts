import type { SyntaxNode } from "./parser.ts";

/** A name that a function uses and does not declare. */
export interface FreeVariable {
  readonly name: string;
  /** Where in the parsed text it is used first. */
  readonly at: number;
}

/** The names that `root`, a function, takes from around it, globals included. */
export function freeVariables(root: SyntaxNode): FreeVariable[] {
  const finder = new Finder();
  finder.visit(root, new Scope(undefined, "function"));
  return [...finder.found].map(([name, at]) => ({ name, at }));
}

/** Names that mean something only where the function was written. */
const PLACE = { meta: "import.meta", super: "super", this: "this", require: "import()" } as const;

type ScopeKind =
  /** Where `var` goes to. */
  | "function"
  | "block"
  /** Where `this` is an object of its own. */
  | "class";

class Scope {
  readonly #names: Set<string> = new Set();
  readonly #outer: Scope | undefined;
  readonly #kind: ScopeKind;
  /** Whether `this` is what the caller gave. */
  readonly hasThis: boolean;

  constructor(outer: Scope | undefined, kind: ScopeKind, hasThis = outer?.hasThis ?? false) {
    this.#outer = outer;
    this.#kind = kind;
    this.hasThis = hasThis;
  }

  add(name: string): void {
    this.#names.add(name);
  }

  has(name: string): boolean {
    return this.#names.has(name) || (this.#outer?.has(name) ?? false);
  }

  /** The scope of a `var`. */
  get hoisting(): Scope {
    return this.#kind === "function" || this.#outer === undefined ? this : this.#outer.hoisting;
  }
}

const FUNCTIONS = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"];
const LOOPS = ["ForStatement", "ForInStatement", "ForOfStatement"];

/** Goes through a syntax tree with the scopes that are open. */
class Finder {
  readonly found: Map<string, number> = new Map();

  visit(node: SyntaxNode | null | undefined, scope: Scope): void {
    if (node === null || node === undefined) return;
    const { type } = node;
    if (type === "Identifier") return this.#use(node["name"], node, scope);
    if (FUNCTIONS.includes(type)) return this.#visitFunction(node, scope);
    if (type === "ClassDeclaration" || type === "ClassExpression") {
      return this.#visitClass(node, scope);
    }
    if (type === "BlockStatement" || type === "StaticBlock") {
      return this.#visitBlock(node["body"], scope, type === "StaticBlock" ? "function" : "block");
    }
    if (type === "SwitchStatement") return this.#visitSwitch(node, scope);
    if (LOOPS.includes(type)) return this.#visitLoop(node, scope);
    if (type === "CatchClause") return this.#visitCatch(node, scope);
    if (type === "ThisExpression" && !scope.hasThis) return this.#need(PLACE.this, node);
    if (type === "Super" && !scope.hasThis) return this.#need(PLACE.super, node);
    if (type === "MetaProperty") return this.#visitMeta(node);
    if (type === "ImportExpression") this.#visitImport(node);
    this.#visitParts(node, scope);
  }

  /** Names of properties and labels are no variables. */
  #visitParts(node: SyntaxNode, scope: Scope): void {
    const { type } = node;
    const isKeyed =
      type === "Property" || type === "MethodDefinition" || type === "PropertyDefinition";
    const named = isKeyed ? "key" : "property";
    for (const [key, part] of Object.entries(node)) {
      if ((isKeyed || type === "MemberExpression") && key === named && !node["computed"]) continue;
      if (key === "label") continue;
      this.#visitPart(part, scope);
    }
  }

  #visitPart(part: unknown, scope: Scope): void {
    if (Array.isArray(part)) for (const each of part) this.#visitPart(each, scope);
    else if (isNode(part)) this.visit(part, scope);
  }

  #visitFunction(node: SyntaxNode, outer: Scope): void {
    const isArrow = node.type === "ArrowFunctionExpression";
    const scope = new Scope(outer, "function", isArrow ? outer.hasThis : true);
    if (node.type === "FunctionExpression" && node["id"]) scope.add(node["id"].name);
    if (!isArrow) scope.add("arguments");
    for (const param of node["params"]) declare(param, scope);
    for (const param of node["params"]) this.visit(param, scope);
    const { body } = node;
    if (body.type === "BlockStatement") this.#visitBlock(body.body, scope, "function");
    else this.visit(body, scope);
  }

  #visitClass(node: SyntaxNode, outer: Scope): void {
    this.visit(node["superClass"], outer);
    const scope = new Scope(outer, "class", true);
    if (node["id"]) scope.add(node["id"].name);
    this.visit(node["body"], scope);
  }

  #visitBlock(body: SyntaxNode[], outer: Scope, kind: ScopeKind): void {
    const scope = new Scope(outer, kind);
    for (const statement of body) declareIn(statement, scope);
    for (const statement of body) this.visit(statement, scope);
  }

  #visitSwitch(node: SyntaxNode, outer: Scope): void {
    this.visit(node["discriminant"], outer);
    const scope = new Scope(outer, "block");
    const cases: SyntaxNode[] = node["cases"];
    for (const each of cases)
      for (const statement of each["consequent"]) declareIn(statement, scope);
    for (const each of cases) this.#visitParts(each, scope);
  }

  #visitLoop(node: SyntaxNode, outer: Scope): void {
    const scope = new Scope(outer, "block");
    declareIn(node["init"] ?? node["left"], scope);
    declareIn(node["body"], scope);
    this.#visitParts(node, scope);
  }

  #visitCatch(node: SyntaxNode, outer: Scope): void {
    const scope = new Scope(outer, "block");
    declare(node["param"], scope);
    this.#visitParts(node, scope);
  }

  #visitMeta(node: SyntaxNode): void {
    if (node["meta"].name === "import") this.#need(PLACE.meta, node);
  }

  /** A package is found from everywhere, a relative path from one place. */
  #visitImport(node: SyntaxNode): void {
    const specifier: unknown = node["source"].value;
    if (typeof specifier !== "string" || specifier.startsWith(".")) this.#need(PLACE.require, node);
  }

  #use(name: string, node: SyntaxNode, scope: Scope): void {
    if (!scope.has(name)) this.#need(name, node);
  }

  #need(name: string, { start }: SyntaxNode): void {
    if (!this.found.has(name)) this.found.set(name, start);
  }
}

/** The names that a statement declares in its block, and by `var` in its function. */
function declareIn(statement: SyntaxNode | null | undefined, scope: Scope): void {
  if (statement === null || statement === undefined) return;
  const { type } = statement;
  if (type === "FunctionDeclaration" || type === "ClassDeclaration") {
    return scope.add(statement["id"].name);
  }
  if (type === "VariableDeclaration" && statement["kind"] !== "var") {
    for (const { id } of statement["declarations"]) declare(id, scope);
  }
  declareVars(statement, scope.hoisting);
}

/** A `var` anywhere below, but in no inner function. */
function declareVars(part: unknown, scope: Scope): void {
  if (Array.isArray(part)) {
    for (const each of part) declareVars(each, scope);
    return;
  }
  if (!isNode(part) || FUNCTIONS.includes(part.type) || part.type.startsWith("Class")) return;
  if (part.type === "VariableDeclaration" && part["kind"] === "var") {
    for (const { id } of part["declarations"]) declare(id, scope);
  }
  for (const each of Object.values(part)) declareVars(each, scope);
}

/** The names in a parameter or on the left of a declaration. */
function declare(pattern: SyntaxNode | null | undefined, scope: Scope): void {
  if (pattern === null || pattern === undefined) return;
  const { type } = pattern;
  if (type === "Identifier") return scope.add(pattern["name"]);
  if (type === "AssignmentPattern") return declare(pattern["left"], scope);
  if (type === "RestElement") return declare(pattern["argument"], scope);
  if (type === "ArrayPattern") for (const each of pattern["elements"]) declare(each, scope);
  if (type !== "ObjectPattern") return;
  for (const each of pattern["properties"]) declare(each.value ?? each.argument, scope);
}

function isNode(part: unknown): part is SyntaxNode {
  return typeof (part as Partial<SyntaxNode> | null)?.type === "string";
}
