import type { Address } from "./address.ts";
import type { Page } from "./page.ts";

/** An address that the crawl has heard of. */
export interface Target extends Address {
  /** By the shortest way known so far: it falls when a slow page turns out to be a short cut. */
  depth: number;
  from: string | null;
  /** Near enough to be fetched; once true it stays so. */
  near: boolean;
  readonly ways: Way[];
  outcome?: Outcome;
}

/** A link, which is one step, or a redirect, which is none. */
export interface Way {
  readonly to: Target;
  readonly steps: 0 | 1;
}

/** What came of a target; together with how it was reached it makes a `Page`. */
export type Outcome = Omit<Page, "url" | "depth" | "from">;

/** A target that nothing leads to yet. */
export function target(address: Address): Target {
  return { ...address, depth: Number.POSITIVE_INFINITY, from: null, near: false, ways: [] };
}

/** The outcome of a target that nobody was asked for. */
export function unfetched(error: string): Outcome {
  return { status: null, contentType: null, bytes: 0, milliseconds: 0, error };
}

export function pageOf({ url, depth, from, outcome }: Target): Page | undefined {
  if (outcome === undefined) return undefined;
  const { status, contentType, bytes, milliseconds, ...rest } = outcome;
  return { url, status, contentType, bytes, milliseconds, depth, from, ...rest };
}
