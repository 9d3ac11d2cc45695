import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";

/** What Python has as an attribute and JavaScript's own classes as a property: `list.length` and `list.length()` are the same Wait. */
export type Asked<A> = Wait<A> & (() => Wait<A>);

export function asked<A>(wait: Wait<A>): Asked<A> {
  // A script has no private fields, so that a function may be one as well.
  return Object.setPrototypeOf(
    () => wait,
    script(() => run(wait)),
  ) as Asked<A>;
}

function* run<A>(wait: Wait<A>): Generator<Yieldable<never>, A, never> {
  return yield* wait;
}
