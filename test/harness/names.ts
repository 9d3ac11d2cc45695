/** What the entry points export: at run time, and as types according to docs/api.txt. */

import { read } from "./sources.ts";

/** A name of ours: `spawn`, an instance's `Fiber#kill` or a class's own `Timeout.start`. */
export interface Name {
  readonly ts: string;
  /** Where it is imported from: an entry of ours, a module of the host or of Effect, `globalThis`. */
  readonly entry: string;
}

export async function exists({ ts, entry }: Name): Promise<boolean> {
  const [, name = "", mark, member] = /^(\w+)(?:([#.])(.+))?$/.exec(ts) ?? [];
  const value = (await load(entry))[name];
  const type = declared.get(entry)?.get(name);
  if (member === undefined) return value !== undefined || type?.exported === true;
  const holder = mark === "." ? value : (value as { prototype?: object } | undefined)?.prototype;
  return hasMember(holder, member) || (mark === "#" && isDeclared(entry, name, member));
}

function load(entry: string): Promise<Record<string, unknown>> {
  return entry === "globalThis" ? Promise.resolve(globalThis) : import(entry);
}

function hasMember(holder: unknown, name: string): boolean {
  const symbol = /^\[Symbol\.(\w+)\]$/.exec(name)?.[1] as keyof typeof Symbol | undefined;
  const key = symbol === undefined ? name : (Symbol[symbol] as symbol);
  // What every object and every function has is not meant.
  const ends: unknown[] = [undefined, null, Object.prototype, Function.prototype];
  for (let each = holder; !ends.includes(each); each = Object.getPrototypeOf(each)) {
    if (Object.hasOwn(each as object, key)) return true;
  }
  return false;
}

interface DeclaredType {
  readonly exported: boolean;
  readonly bases: readonly string[];
  readonly members: readonly string[];
}

/** The members of an interface, and the fields of instances, are nowhere at run time. */
function isDeclared(entry: string, name: string, member: string): boolean {
  const types = declared.get(entry);
  const seen = new Set<string>();
  const has = (type: string): boolean => {
    const { members = [], bases = [] } = (seen.has(type) ? undefined : types?.get(type)) ?? {};
    seen.add(type);
    return members.includes(member) || bases.some(has);
  };
  return types?.get(name)?.exported === true && has(name);
}

const TYPE =
  /^(export )?(?:abstract )?(?:class|interface|type) (\w+)(.*?)(?:\{\n([\s\S]*?)^\}.*|;)$/gm;
const MEMBER = /^ {4}(?!static )(?:\w+ )*(\[Symbol\.\w+\]|\w+)[?(:<]/gm;

function typesOf(section: string): Map<string, DeclaredType> {
  return new Map(
    [...section.matchAll(TYPE)].map(([, exported, name = "", head = "", body = ""]) => {
      const bases = / extends (.*?)(?: implements |$)/.exec(head)?.[1]?.match(/\w+/g) ?? [];
      const members = [...body.matchAll(MEMBER)].map(([, member = ""]) => member);
      return [name, { exported: exported !== undefined, bases, members }];
    }),
  );
}

/** By entry, and then by name. */
const declared = new Map(
  read("docs/api.txt")
    .split(/^==== /m)
    .map((section) => [/^.*/.exec(section)?.[0] ?? "", typesOf(section)]),
);
