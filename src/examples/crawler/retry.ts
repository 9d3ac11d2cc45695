/** What is known of an answer: less than all where the request failed on the way. */
export interface Answer {
  status: number | null;
  headers: Headers;
  bytes: number;
  body?: Uint8Array;
  error?: string;
}

export const TIMEOUT = "timeout";
export const NETWORK_ERROR = "network error";

const RETRIES = 2;
/** In ms, doubled each time. With less a server hardly gets to its feet, with more pages take long. */
const BACK_OFF = 200;
/** A server that wants us back later than this, in ms, is not asked again. */
const PATIENCE = 5_000;

/** How long to wait before the next attempt, in ms; undefined if there is to be none. */
export function retryAfter({ status, headers, error }: Answer, retry: number): number | undefined {
  if (retry >= RETRIES || error === TIMEOUT) return undefined;
  const asked = status === 429 || status === 503 ? readRetryAfter(headers) : undefined;
  if (asked !== undefined) return asked <= PATIENCE ? asked : undefined;
  const passing = error?.startsWith(NETWORK_ERROR) || (status ?? 0) >= 500;
  // By chance a little more or less: the workers that a server failed should not all be back at once.
  return passing ? Math.round(BACK_OFF * 2 ** retry * (0.8 + 0.4 * Math.random())) : undefined;
}

/** In ms. The header holds seconds or a date. */
function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
