import { expect, test } from "vitest";
import { decode, readContentType } from "../../src/examples/crawler/content-type.ts";

test.each([
  ["text/html", "html"],
  ["Text/HTML; charset=utf-8", "html"],
  ["application/xhtml+xml", "xml"],
  [null, "html"],
  ["text/plain", undefined],
  ["application/octet-stream", undefined],
  ["not a type", undefined],
])("%s is read as %s", (header, syntax) => {
  expect(readContentType(header).syntax).toBe(syntax);
});

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part)] : part)),
  );

test.each([
  ["the header", 'text/html; charset="ISO-8859-1"', bytes([0xe9])],
  ["<meta charset>", "text/html", bytes('<meta charset="koi8-r">', [0xc1])],
  [
    "<meta http-equiv>",
    "text/html",
    bytes('<meta http-equiv="Content-Type" content="text/html; charset=utf-8">é'),
  ],
  [
    "a byte order mark, against the header",
    "text/html; charset=latin1",
    bytes([0xef, 0xbb, 0xbf], "é"),
  ],
  ["nothing: as browsers do", "text/html", bytes([0xe9])],
  ["XML, which is UTF-8", "application/xhtml+xml", bytes("é")],
  ["a name nobody knows: as browsers do", "text/html; charset=klingon", bytes([0xe9])],
])("the charset is taken from %s", (_, header, body) => {
  const text = decode(body, readContentType(header));
  expect(text.at(-1)).toBe(header === "text/html" && text.includes("koi8") ? "а" : "é");
});

test("an encoding that is not to be decoded does not end the crawl", () => {
  expect(decode(bytes("<a>"), readContentType("text/html; charset=iso-2022-kr"))).toBe("<a>");
});
