import { describe, expect, test } from "vitest";
import { entries } from "../harness/built.ts";
import { exists, type Name } from "../harness/names.ts";
import { modulesOf, read } from "../harness/sources.ts";

/** What became of a name of Python. */
interface Row extends Partial<Name> {
  /** The full name, as Python imports it. */
  readonly python: string;
  /** There, if maybe under another name; done in another way, as the note says; in a later release. */
  readonly status: "provided" | "mapped" | "planned";
  readonly note?: string;
}

const rows = JSON.parse(read("docs/names.json")) as Row[];
const names = new Set(rows.map(({ python }) => python));
const packages = new Set(rows.map(({ python }) => packageOf(python)));

describe("the table of Python's names", () => {
  test("has rows that are well formed", () => {
    expect(rows.filter((row) => !isWellFormed(row))).toEqual([]);
  });

  test("has one row for each name, and those of a package together", () => {
    const all = rows.map(({ python }) => packageOf(python));
    const begun = all.filter((name, index) => name !== all[index - 1]);
    expect(repeated(rows.map(({ python }) => python))).toEqual([]);
    expect(repeated(begun)).toEqual([]);
  });

  test("points to nothing that is not there", async () => {
    const missing = await Promise.all(
      withStatus("provided", "mapped").map(async ({ python, ts, entry }) =>
        ts === undefined || entry === undefined || (await exists({ ts, entry }))
          ? []
          : [`${python}: ${entry} has no ${ts}`],
      ),
    );
    expect(missing.flat()).toEqual([]);
  });

  test("calls nothing planned that has come", () => {
    const come = withStatus("planned").filter(({ entry = "" }) => entries.includes(entry));
    expect(come.map(({ python }) => python)).toEqual([]);
  });

  test("knows the twins that the doc comments name", () => {
    const twins = modulesOf("src")
      .flatMap((file) => [...read(file).matchAll(/\* .*?\w: `([a-z]\w*(?:\.\w+)+)/g)])
      .map(([, twin = ""]) => twin)
      .filter((twin) => packages.has(packageOf(twin)));
    expect(twins.length).toBeGreaterThan(50);
    expect([...new Set(twins)].filter((twin) => !names.has(twin)).sort()).toEqual([]);
  });

  test("is what the page for those who come from gevent says", () => {
    const page = /^## Side by side$([\s\S]*?)^## /m.exec(read("docs/from-gevent.md"))?.[1] ?? "";
    const cells = [...page.matchAll(/^\| (`.*?) \| (.*`.*) \|$/gm)];
    const unknown = cells.flatMap(([, python = "", ours = ""]) =>
      (python.match(/`[^`]+`/g) ?? []).filter((code) => !isSaidBy(code, ours)),
    );
    expect(cells.length).toBeGreaterThan(50);
    expect(unknown).toEqual([]);
  });

  test("is told from one with wrong names", async () => {
    const wrong = ["spwan", "Fiber#klil", "Fiber.kill", "Timeout.cancel", "HubView#jion"];
    const present = await Promise.all(wrong.map((ts) => exists({ ts, entry: "fibril" })));
    expect(wrong.filter((_, index) => present[index])).toEqual([]);
  });

  test("covers what Python has", () => {
    const counts = (["provided", "mapped", "planned"] as const).map(
      (status) => `${withStatus(status).length} ${status}`,
    );
    console.log(`${rows.length} names of Python: ${counts.join(", ")}`);
    expect(withStatus("provided").length).toBeGreaterThan(400);
  });
});

function withStatus(...statuses: Row["status"][]): Row[] {
  return rows.filter(({ status }) => statuses.includes(status));
}

function isWellFormed({ python, ts, entry, status, note, ...rest }: Row): boolean {
  if (Object.keys(rest).length > 0 || !/^[a-z]\w*(\.\w+)+$/.test(python)) return false;
  if ((ts === undefined) !== (entry === undefined)) return false;
  if (note !== undefined && !/^[^\n]{8,110}\.$/.test(note)) return false;
  if (status === "mapped") return note !== undefined;
  return (status === "provided" || status === "planned") && /^fibril(\/\w+)*$/.test(entry ?? "");
}

function repeated<T>(all: readonly T[]): T[] {
  return all.filter((each, index) => all.indexOf(each) !== index);
}

function packageOf(python: string): string {
  return python.split(".")[0] ?? "";
}

/** What Python's syntax calls. */
const called: Readonly<Record<string, string>> = {
  for: "__iter__",
  len: "__len__",
  with: "__enter__",
};

/** Whether the cell beside a piece of Python has the name that the table has for something in it. */
function isSaidBy(python: string, ours: string): boolean {
  const words = new Set(python.match(/\w+/g)?.map((word) => called[word] ?? word));
  const own = new Set(ours.match(/\w+/g));
  return rows.some(({ python: name, ts = "" }) => words.has(lastOf(name)) && own.has(lastOf(ts)));
}

function lastOf(name: string): string {
  return name.split(/[#.]/).at(-1) ?? "";
}
