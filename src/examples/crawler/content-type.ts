import { MIMEType } from "node:util";
import sniff from "html-encoding-sniffer";

/** What a Content-Type header says about a body. */
export interface ContentType {
  readonly syntax: "html" | "xml" | undefined;
  readonly charset: string | undefined;
}

/** A missing header means HTML, as browsers and other crawlers take it; one that cannot be read does not. */
export function readContentType(header: string | null): ContentType {
  if (header === null) return { syntax: "html", charset: undefined };
  try {
    const { essence, params } = new MIMEType(header);
    return { syntax: SYNTAX[essence], charset: params.get("charset") ?? undefined };
  } catch {
    return { syntax: undefined, charset: undefined };
  }
}

const SYNTAX: Readonly<Record<string, "html" | "xml">> = {
  "text/html": "html",
  "application/xhtml+xml": "xml",
};

/** The text of an HTML body: a byte order mark decides, then the header, then `<meta charset>`. */
export function decode(body: Uint8Array, { syntax, charset }: ContentType): string {
  const encoding = sniff(body, {
    ...(charset === undefined ? {} : { transportLayerEncodingLabel: charset }),
    ...(syntax === "xml" ? { defaultEncoding: "UTF-8" } : {}),
  });
  // "replacement" is the standard's name for encodings that nobody should decode; links are ASCII there too.
  return new TextDecoder(encoding === "replacement" ? "windows-1252" : encoding).decode(body);
}
