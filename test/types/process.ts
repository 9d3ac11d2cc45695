/** What the compiler must accept and refuse of processes: checked by `npm run types`, never run. */
import { Process, register, task } from "../../src/process/mod.ts";

function greet(name: string, times?: number): void {
  console.log(name.repeat(times ?? 1));
}

function named(greeting: string, { name }: { readonly name: string }): void {
  console.log(greeting, name);
}

// Arguments are those of the target, whatever kind of function it is.
new Process({ target: greet, args: ["Bob"] });
new Process({ target: greet, args: ["Bob", 2] });
new Process({ target: (n) => console.log(n.toFixed()), args: [1] });
new Process({ target: async (n: number) => n, args: [1] });
// @ts-expect-error a number is no name
new Process({ target: greet, args: [1] });
// @ts-expect-error args is an array
new Process({ target: greet, args: "egon" });

// Named arguments are the last one.
new Process({ target: named, args: ["hello"], kwargs: { name: "Alex" } });

// Processes of different targets go into one list, with those of subclasses.
class Worker extends Process {}
export const all: Process[] = [new Process({ target: greet, args: ["Bob"] }), new Worker()];

// A task is the function itself; what a class packs is what it unpacks.
task(import.meta, greet)("Bob", 2);
register("Point", Set<number>, { pack: (set) => [...set], unpack: (list) => new Set(list) });
// @ts-expect-error unpack takes what pack gives
register("Point", Set<number>, { pack: (set) => [...set], unpack: (_: string) => new Set() });
