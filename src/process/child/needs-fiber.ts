/** Whether what a function gave runs in a fiber: a generator, or an Effect that can't be awaited. */
export function needsFiber(made: unknown): boolean {
  if (typeof made !== "object" || made === null || "then" in made) return false;
  return Symbol.iterator in made && ("pipe" in made || ("next" in made && "throw" in made));
}
