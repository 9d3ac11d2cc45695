import { type Address, readLink } from "./address.ts";
import { decode, readContentType } from "./content-type.ts";
import type { Download } from "./download.ts";
import type { Frontier } from "./frontier.ts";
import { type Html, readHtml } from "./links.ts";
import type { Outcome, Target } from "./target.ts";

/** Where a crawl goes. */
export interface Bounds {
  readonly frontier: Frontier;
  readonly options: { readonly robots: boolean };
  inScope(address: Address): boolean;
}

/** Notes where an answer leads, and says what came of its target. */
export function follow(bounds: Bounds, target: Target, answer: Download): Outcome {
  const redirectedTo = followRedirect(bounds, target, answer);
  const html = readPage(target, answer);
  if (html !== undefined && (answer.status ?? 0) < 300) followLinks(bounds, target, html);
  return {
    status: answer.status,
    contentType: answer.headers.get("content-type"),
    bytes: answer.bytes,
    milliseconds: answer.milliseconds,
    ...(redirectedTo === undefined ? {} : { redirectedTo }),
    ...(answer.error === undefined ? {} : { error: answer.error }),
    ...(html?.title === undefined ? {} : { title: html.title }),
  };
}

/** The target of a redirect is a page of its own, and recorded also where the crawl may not go. */
function followRedirect(bounds: Bounds, target: Target, { status, headers }: Download) {
  const location = headers.get("location");
  if (location === null || status === null || status < 300 || status >= 400) return undefined;
  // fetch takes each byte of a header for a character, but sites write addresses in UTF-8.
  const address = readLink(Buffer.from(location, "latin1").toString(), target.url);
  if (address === undefined) return location;
  const inside = address.error !== undefined || bounds.inScope(address);
  const error = "other origin: not followed without --all-origins";
  bounds.frontier.lead(target, inside ? address : { ...address, error }, 0);
  return address.url;
}

function followLinks(bounds: Bounds, target: Target, { links, nofollow }: Html): void {
  const obey = bounds.options.robots;
  if (nofollow && obey) return;
  for (const link of links) {
    if (link.nofollow && obey) continue;
    if (link.error !== undefined || bounds.inScope(link)) bounds.frontier.lead(target, link, 1);
  }
}

function readPage(target: Target, { headers, body }: Download): Html | undefined {
  if (body === undefined) return undefined;
  const type = readContentType(headers.get("content-type"));
  return readHtml(decode(body, type), target.url, type.syntax);
}
