import type { AnyFunction } from "./function-ref.ts";
import { parseFunction, type SyntaxNode } from "./parser.ts";

/**
 * Throws for a class, or one that it extends, with members such as `#count`: only
 * its constructor could make them, and that does not run in the child.
 */
export function refusePrivateMembers(type: AnyFunction, base: unknown): void {
  for (let each: unknown = type; each !== base; each = Object.getPrototypeOf(each)) {
    const member = privateMember(each as AnyFunction);
    if (member === undefined) continue;
    const { name } = each as AnyFunction;
    throw new TypeError(
      `Cannot start a process of the class "${name}": its object in the child would be without #${member}; declare it as \`private ${member}\``,
    );
  }
}

function privateMember(type: AnyFunction): string | undefined {
  const source = Function.prototype.toString.call(type);
  // To parse it takes longer than to look whether that is needed.
  if (!source.includes("#")) return undefined;
  const members: SyntaxNode[] = parseFunction(type, source).node["body"].body;
  const found = members.find(({ key, static: isStatic }) => {
    return key?.type === "PrivateIdentifier" && !isStatic;
  });
  return found?.["key"].name;
}
