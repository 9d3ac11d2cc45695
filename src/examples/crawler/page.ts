/** One row of the output: an address that was fetched, or why it was not. */
export interface Page {
  readonly url: string;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly contentType: string | null;
  /** Of the body, as read; where the body is no HTML and was not read, as announced. */
  readonly bytes: number;
  /** From the start of the first attempt to the end of the last one. */
  readonly milliseconds: number;
  /** Links away from the given addresses, by the shortest way found. A redirect is no step. */
  readonly depth: number;
  /** The page with the link or redirect to this one; null for the given addresses. */
  readonly from: string | null;
  readonly redirectedTo?: string;
  /** A kind, and mostly a colon and the details. */
  readonly error?: string;
  readonly title?: string;
}

/** Kinds of errors that are the crawl's own decision, so that nobody has to worry about them. */
const DECISIONS: ReadonlySet<string> = new Set(["robots", "other origin"]);

/** What counts pages as alike: the status, or the kind of the error. */
export function kindOf(page: Page): string {
  if (page.error === undefined) return String(page.status);
  const colon = page.error.indexOf(":");
  return colon < 0 ? page.error : page.error.slice(0, colon);
}

export function isFailure(page: Page): boolean {
  return page.error === undefined ? (page.status ?? 0) >= 400 : !DECISIONS.has(kindOf(page));
}
