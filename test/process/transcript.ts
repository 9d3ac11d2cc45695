import { expect, test } from "vitest";
import { everywhere, start } from "./programs.ts";

/** A program runs many cases, one after the other, and each may start some processes. */
const LIMIT_MS = 120_000;

/** With shared memory, and with the main process in its place. */
const backEnds: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "": {},
  ", without shared memory": { FIBRIL_SHM: "0" },
};

/** On every runtime, with and without shared memory, one program runs these cases of a fixture, each of which prints its lines. */
export function transcript(
  what: string,
  fixture: string,
  cases: Readonly<Record<string, readonly string[]>>,
): void {
  const names = Object.keys(cases);
  const expected = Object.entries(cases).flatMap(([name, lines]) => [`# ${name}`, ...lines]);
  for (const runtime of everywhere) {
    for (const [where, env] of Object.entries(backEnds)) {
      test(`${what} (${runtime}${where})`, { timeout: LIMIT_MS + 10_000 }, async () => {
        const ended = await start(runtime, fixture, names, { limit: LIMIT_MS, env }).ended;
        const { code, lines, stderr } = ended;
        expect({ stderr, lines, code }).toEqual({ stderr: "", lines: expected, code: 0 });
      });
    }
  }
}
