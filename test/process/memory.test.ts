import { describe, expect, test } from "vitest";
import { runtimes } from "../../scripts/toolchain.ts";
import { Running } from "../program/run.ts";
import { type Places, printsAll } from "./cases.ts";
import { start } from "./programs.ts";

/** What differs between runtimes is below all of it: enough to try the others where processes die. */
const twoRuntimes: Places = { shared: ["node", "deno"], brokered: ["node"] };
const everyRuntime: Places = { brokered: ["node"] };

describe("memory that processes share", () => {
  printsAll(
    "is the same in all processes",
    "memory",
    {
      value: [
        "3.333333333333333 0 -1 -2 -3 -4 -5 -6 -7 -8 -9 -10",
        "0 1 2 3 4 5 6 7 8 9 10",
        "1000",
      ],
      holderKilled: ["1 true"],
    },
    everyRuntime,
  );
  printsAll(
    "is changed in one step by an AtomicValue",
    "memory",
    {
      atomic: [
        "2000 1000 true",
        "2000 1999 5 6",
        "6 6 2 10 11",
        "22",
        'RangeError: Cannot store 2147483670 as "i": pass an integer from -2147483648 to 2147483647, or take a larger typecode',
        "22",
        'TypeError: Cannot make an AtomicValue of typecode "c": take one of numbers',
      ],
    },
    twoRuntimes,
  );
  printsAll(
    "has the items of its typecode and no others",
    "memory",
    {
      typecodes: [
        "1 4 1 1 2 2 4 4 8 8 8 8 4 8",
        '"\\u0000" "\\u0000" 0 0 0 0 0 0 0 0 0 0 0 0',
        "5 18446744073709551615n",
        "ÿ 😀 0.5",
        'RangeError: Cannot store 300 as "B": pass an integer from 0 to 255, or take a larger typecode',
        'RangeError: Cannot store 1099511627776 as "i": pass an integer from -2147483648 to 2147483647, or take a larger typecode',
        'TypeError: Cannot store 1.5 as "i": pass an integer',
        'TypeError: Cannot store "1" as "i": pass an integer',
        'RangeError: Cannot store -1 as "Q": pass an integer from 0 to 18446744073709551615',
        'RangeError: Cannot store 1e+300 as "f": it is too large; take "d"',
        'TypeError: Cannot store 1 as "d": pass a number',
        'TypeError: Cannot store "ab" as "c": pass a string of one character',
        'RangeError: Cannot store "€" as "c": take "u", which has any character',
        'TypeError: Cannot share a value of typecode "x": there are c u b B h H i I l L q Q f d',
        "TypeError: Cannot make a Value with 5 as its lock: pass a Lock or an RLock of fibril/process, or false",
        'RangeError: Cannot store 128 as "b": pass an integer from -128 to 127, or take a larger typecode',
        "127 127 b",
        "TypeError: Cannot get the lock: this was made without one",
        "true",
      ],
      arrays: [
        "5 0 0 0 0 0 true",
        "1 9 undefined 0 9",
        "1 4 5 0 9 2",
        "RangeError: Invalid index 5: there are 5 items",
        "RangeError: Invalid index -6: there are 5 items",
        "RangeError: Can only assign sequence of same size: there are 2 items from 0 to 2, and 1 values",
        'RangeError: Cannot store 2147483648 as "i": pass an integer from -2147483648 to 2147483647, or take a larger typecode',
        "2",
        'TypeError: Cannot take an array of typecode "i" for a text: "c" and "u" are; use get and set',
        "RangeError: Cannot make a SharedArray of -1 items: pass an integer >= 0",
        "TypeError: Cannot make a SharedArray of true: pass a size or the values",
        'TypeError: Cannot store "2" as "i": pass an integer',
        "hello, world 12 h 12",
        "bye 0 0",
        "RangeError: Cannot store a text of 20 characters: there is room for 12",
        "TypeError: Cannot get the lock: this was made without one",
        "true",
      ],
    },
    twoRuntimes,
  );
  printsAll("is not copied", "memory", {
    large: ["150000 200 é"],
  });
  printsAll("has a name for others to find it by, and lists lie in it", "memory", {
    named: [
      "true 10 10 0",
      "7 8 2.5",
      '7 "nul\\u0000\\u0000" 1,2 null',
      "3 -1 1 2n",
      "RangeError: Cannot store 9 bytes in item 0: that exceeds available storage, which is 8",
      "RangeError: Invalid index 7: there are 7 items",
      'RangeError: Cannot find "x": it is not in this list',
      "TypeError: Cannot put a value of type Object into a ShareableList: pass a string, a number, a bigint, a boolean, bytes or null",
      "12345678",
      'MemoryNameError: Cannot make the shared memory "mine": there is one of that name; open it without create, or unlink it',
      'TypeError: Cannot use the shared memory "mine": it is closed here',
      'MemoryNameError: Cannot open the shared memory "mine": there is none; was it unlinked, or has the process that made it ended?',
      'MemoryNameError: Cannot open the shared memory "mine": there is none; was it unlinked, or has the process that made it ended?',
      "RangeError: Cannot share 0 bytes of memory: 'size' must be a positive number different from zero",
      "RangeError: Cannot share -1 bytes of memory: 'size' must be a positive number different from zero",
      "TypeError: Cannot open shared memory without a name: pass { name }, or { create: true, size } to make some",
      "12345678",
    ],
  });
});

describe("without shared memory", () => {
  test("what is not to be had says so, and how it can be had", async () => {
    const { lines } = await start("node", "memory", ["refused"], { env: { FIBRIL_SHM: "0" } })
      .ended;
    expect(lines).toEqual([
      "SharedMemoryUnavailable: Cannot share memory between processes: FIBRIL_SHM=0 forbids it; take a RawArray, whose items the main process holds then, or a manager's list",
      "SharedMemoryUnavailable: Cannot share memory between processes: FIBRIL_SHM=0 forbids it; take a RawArray, whose items the main process holds then, or a manager's list",
      "child SharedMemoryUnavailable: Cannot share memory between processes: the main process has the array, and is asked for each item; use get, set and slice in place of array",
      "1,2",
    ]);
  });

  test("a program is told so once", { timeout: 60_000 }, async () => {
    const command = [
      runtimes.deno,
      "run",
      "--quiet",
      "-A",
      "--deny-ffi",
      "test/process/fixtures/memory.ts",
      "refused",
      "value",
    ];
    const { lines, stderr } = await new Running(command, { limit: 50_000 }).ended;
    expect(lines[0]).toContain("Deno was started without --allow-ffi; take a RawArray");
    expect(lines.at(-1)).toBe("1000");
    expect(stderr.match(/^fibril: no memory is shared between processes/gm)).toHaveLength(1);
  });
});
