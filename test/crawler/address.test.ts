import { expect, test } from "vitest";
import { readLink, readSeed } from "../../src/examples/crawler/address.ts";

const page = "http://example.com/docs/guide/page.html?old=1#top";

test.each([
  ["next.html", "http://example.com/docs/guide/next.html"],
  ["./next.html", "http://example.com/docs/guide/next.html"],
  ["../up/", "http://example.com/docs/up/"],
  ["../../../../way-up", "http://example.com/way-up"],
  ["/root", "http://example.com/root"],
  ["//other.example/x", "http://other.example/x"],
  ["?q=a b", "http://example.com/docs/guide/page.html?q=a%20b"],
  ["", "http://example.com/docs/guide/page.html?old=1"],
  ["#part", "http://example.com/docs/guide/page.html?old=1"],
  ["  spaces around.html\n", "http://example.com/docs/guide/spaces%20around.html"],
  ["x?#y", "http://example.com/docs/guide/x"],
  ["HTTP://EXAMPLE.com:80", "http://example.com/"],
  ["https://example.com:443/x#y", "https://example.com/x"],
  ["http://user:secret@example.com/x", "http://example.com/x"],
  ["http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"],
])('the link "%s" leads to %s', (link, url) => {
  expect(readLink(link, page)).toEqual({ url });
});

test.each(["mailto:a@b.c", "javascript:void(0)", "data:text/html,x", "tel:1", "ftp://a/b"])(
  '"%s" leads to no web page',
  (link) => {
    expect(readLink(link, page)).toBeUndefined();
  },
);

test("a link that cannot be read is an address with an error", () => {
  expect(readLink("http://[nonsense/", page)).toEqual({
    url: "http://[nonsense/",
    error: 'bad URL: cannot read the link "http://[nonsense/"',
  });
});

test.each([
  ["example.com", 'did you mean "http://example.com"?'],
  ["localhost:8000/x", 'did you mean "http://localhost:8000/x"?'],
  ["ftp://example.com/", "pass an address of http: or https:"],
  ["http://", "pass an address of http: or https:"],
])('"%s" is no place to start, and the advice is: %s', (text, advice) => {
  expect(readSeed(text)).toEqual({
    url: text,
    error: `bad URL: cannot crawl "${text}": ${advice}`,
  });
});

test("a place to start is normalised like a link", () => {
  expect(readSeed("HTTP://Example.com:80#x")).toEqual({ url: "http://example.com/" });
});
