import { Parser } from "htmlparser2";
import { type Address, readLink } from "./address.ts";

export interface Html {
  readonly title?: string;
  /** `<meta name="robots" content="nofollow">`: no link of this page is to be followed. */
  readonly nofollow: boolean;
  readonly links: readonly Link[];
}

export interface Link extends Address {
  /** `rel="nofollow"` */
  readonly nofollow: boolean;
}

/** Where elements hold the address of another page. Images, scripts and styles are parts of this one. */
const PAGE_ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ["a", "href"],
  ["area", "href"],
  ["link", "href"],
  ["frame", "src"],
  ["iframe", "src"],
]);

/** `<link>`s to what the page is shown with, or to a host to get ready for. All others lead to pages. */
const REQUISITES: ReadonlySet<string> = new Set([
  ...["stylesheet", "icon", "apple-touch-icon", "mask-icon", "manifest"],
  ...["preload", "modulepreload", "preconnect", "dns-prefetch"],
]);

const REFRESH = /^[\s\d.]*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)/i;

/** The title and the links of a page; `syntax` "xml" is for XHTML, where `<title/>` is a whole element. */
export function readHtml(text: string, url: string, syntax: "html" | "xml" = "html"): Html {
  const found: { href: string; nofollow: boolean }[] = [];
  let base: string | undefined;
  let title: string | undefined;
  let inTitle = false;
  let nofollow = false;

  function meta(attributes: Record<string, string>): void {
    const content = attributes["content"] ?? "";
    const name = (attributes["name"] ?? attributes["http-equiv"])?.toLowerCase();
    if (name === "robots") nofollow ||= /\b(?:nofollow|none)\b/i.test(content);
    const href = name === "refresh" ? REFRESH.exec(content)?.[1] : undefined;
    if (href !== undefined) found.push({ href, nofollow: false });
  }

  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === "base") base ??= attributes["href"];
        if (name === "meta") meta(attributes);
        if (name === "title" && title === undefined) inTitle = true;
        const href = attributes[PAGE_ATTRIBUTES.get(name) ?? ""];
        if (href === undefined) return;
        const rel = attributes["rel"]?.toLowerCase().split(/\s+/) ?? [];
        if (name === "link" && rel.some((word) => REQUISITES.has(word))) return;
        found.push({ href, nofollow: rel.includes("nofollow") });
      },
      ontext(data) {
        if (inTitle) title = (title ?? "") + data;
      },
      onclosetag(name) {
        if (name === "title") inTitle = false;
      },
    },
    { xmlMode: syntax === "xml" },
  );
  parser.end(text);

  // Only now: a <base> counts for the links before it too.
  const start = readBase(base, url);
  return {
    ...(title === undefined ? {} : { title: title.trim().replace(/\s+/g, " ") }),
    nofollow,
    links: found.flatMap(({ href, nofollow }) => {
      const address = readLink(href, start);
      return address === undefined ? [] : [{ ...address, nofollow }];
    }),
  };
}

/** A base that cannot be read, or is no web address, counts as none. */
function readBase(href: string | undefined, url: string): string {
  const base = href === undefined ? undefined : readLink(href, url);
  return base === undefined || base.error !== undefined ? url : base.url;
}
