import type { Wait } from "../fiber/wait.ts";

/** The functions of a module that give promises, giving Waits: those with overloads are written down. */
export type WaitsOf<Module, Overloaded extends string = never> = {
  readonly [Name in Exclude<keyof Module, Overloaded> as Module[Name] extends (
    ...args: never[]
  ) => Promise<unknown>
    ? Name
    : never]: Module[Name] extends (...args: infer Args) => Promise<infer A>
    ? (...args: Args) => Wait<A, unknown>
    : never;
};
