/** An answer of the local site: what to send, or how to misbehave. */
export type Answer =
  | { readonly kind: "body"; readonly status: number; readonly type: string; readonly body: Body }
  | { readonly kind: "redirect"; readonly status: number; readonly to: string }
  | { readonly kind: "flaky" | "slow" | "endless" };

type Body = string | Uint8Array;

const CHAPTERS = 13;
const SECTIONS = 19;

/** Every path of the local site. `nowhere` is an address where nobody listens. */
export function sitePages(nowhere: string): Map<string, Answer> {
  const pages = new Map<string, Answer>(corners(nowhere));
  for (const chapter of upTo(CHAPTERS)) {
    pages.set(chapterPath(chapter), html(`Chapter ${chapter}`, contents(chapter)));
    for (const section of upTo(SECTIONS)) {
      const path = chapterPath(chapter) + sectionFile(section);
      pages.set(path, html(`Section ${chapter}.${section}`, text(chapter, section)));
    }
  }
  return pages;
}

/** The front page, and one of each of the things that a crawler meets. */
function corners(nowhere: string): [string, Answer][] {
  return [
    ["/", html("The front page", frontPage(nowhere))],
    ["/robots.txt", body("text/plain", "User-agent: *\nDisallow: /private/\n")],
    ["/private/diary.html", html("Not for robots", "")],
    ["/slow", { kind: "slow" }],
    ["/endless", { kind: "endless" }],
    ["/flaky", { kind: "flaky" }],
    ["/broken", body("text/html", "<title>Never works</title>", 500)],
    ["/moved/1", redirect(301, "2")],
    ["/moved/2", redirect(302, "/moved/3#fragment")],
    ["/moved/3", redirect(308, "../chapter-1/")],
    ["/moved/away", redirect(302, nowhere)],
    ["/loop/a", redirect(302, "/loop/b")],
    ["/loop/b", redirect(302, "/loop/a")],
    ["/latin-1.html", body("text/html; charset=ISO-8859-1", latin1("<title>Café</title>"))],
    ["/meta.html", body("text/html", latin1('<meta charset="latin1"><title>Crème</title>'))],
    ["/base.html", html("Base", `<base href="/chapter-2/">${links("section-1.html")}`)],
    ["/end.html", html("End", `<meta name="robots" content="nofollow">${links("/hidden.html")}`)],
    ["/hidden.html", html("Hidden", "")],
    ["/picture.png", body("image/png", new Uint8Array(64 * 1024))],
  ];
}

function frontPage(nowhere: string): string {
  return links(
    ...["slow", "endless", "flaky", "broken", "moved/1", "moved/away", "loop/a", "latin-1.html"],
    ...["meta.html", "base.html", "end.html", "picture.png", "private/diary.html", "missing/0"],
    ...["mailto:nobody@example.com", "javascript:void(0)", "#top", "http://[nonsense/", nowhere],
    ...upTo(CHAPTERS).map(chapterPath),
  );
}

function contents(chapter: number): string {
  return links("../", `/missing/${chapter % 3}`, ...upTo(SECTIONS).map(sectionFile));
}

/** Links in every form: here, up, to the neighbour and across. Each page has a length of its own. */
function text(chapter: number, section: number): string {
  const [there, part] = [
    1 + ((chapter * section) % CHAPTERS),
    1 + ((chapter + section) % SECTIONS),
  ];
  const across = `..${chapterPath(there)}${sectionFile(part)}#part-${section}`;
  const length = 10 + ((chapter * 7 + section * 13) % 50);
  return (
    links("./", "../", sectionFile(1 + (section % SECTIONS)), across) +
    `<p>${"Green threads make waiting cheap. ".repeat(length)}</p>`
  );
}

function links(...targets: readonly string[]): string {
  return targets.map((target) => `<a href="${target}">${target}</a>\n`).join("");
}

function html(title: string, content: string): Answer {
  return body("text/html; charset=utf-8", `<!doctype html><title>${title}</title>\n${content}`);
}

function body(type: string, body: Body, status = 200): Answer {
  return { kind: "body", status, type, body };
}

function redirect(status: number, to: string): Answer {
  return { kind: "redirect", status, to };
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function chapterPath(chapter: number): string {
  return `/chapter-${chapter}/`;
}

function sectionFile(section: number): string {
  return `section-${section}.html`;
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}
