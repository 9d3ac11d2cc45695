/** What a text that should be an address turned out to be. */
export interface Address {
  /** In the form in which addresses are compared and fetched; the text as it stood if it is no address. */
  readonly url: string;
  readonly error?: string;
}

/** What a link in the page `base` leads to; undefined if to no web page at all (`mailto:`, `javascript:`). */
export function readLink(text: string, base: string): Address | undefined {
  const url = URL.parse(text, base);
  if (url === null) return { url: text, error: `bad URL: cannot read the link "${text}"` };
  return isWeb(url) ? normalise(url) : undefined;
}

/** An address as a user gives it: here everything that cannot be crawled is an error. */
export function readSeed(text: string): Address {
  const url = URL.parse(text);
  if (url !== null && isWeb(url)) return normalise(url);
  const advice = /^[a-z][a-z\d+.-]*:\/\//i.test(text)
    ? "pass an address of http: or https:"
    : `did you mean "http://${text}"?`;
  return { url: text, error: `bad URL: cannot crawl "${text}": ${advice}` };
}

function isWeb(url: URL): boolean {
  return url.protocol === "http:" || url.protocol === "https:";
}

/**
 * `URL` has lowered the host and dropped a default port. A fragment is the browser's business alone;
 * a password is nobody else's, and `fetch` takes none: what needs it will answer 401. Of a query
 * without content some versions of `fetch` send not even the "?", which would ask twice for a page.
 */
function normalise(url: URL): Address {
  url.hash = "";
  if (url.search === "") url.search = "";
  url.username = "";
  url.password = "";
  return { url: url.href };
}
