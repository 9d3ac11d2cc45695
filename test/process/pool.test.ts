import { join } from "node:path";
import { describe, expect } from "vitest";
import { root } from "../../scripts/toolchain.ts";
import { everywhere, onEach, type Runtime, run, start } from "./programs.ts";

/** Most of a worker's time would be Node's reading of the sources. */
const env = { NODE_COMPILE_CACHE: join(root, ".cache/compile") };

/** What the cases of the fixture print, one after the other in one program. */
function printsAll(
  what: string,
  cases: Readonly<Record<string, readonly string[]>>,
  runtimes: readonly Runtime[] = ["node", "deno"],
): void {
  onEach(runtimes, what, async (runtime) => {
    const program = start(runtime, "pool", Object.keys(cases), { env, limit: 55_000 });
    const { code, lines, stderr } = await program.ended;
    const expected = Object.values(cases).flat();
    expect({ stderr, lines, code }).toEqual({ stderr: "", lines: expected, code: 0 });
  });
}

describe("a pool of processes", () => {
  printsAll("gives results in the order of the items, copies values, and refuses misuse", {
    results: [
      "7 -3",
      "[ 1, 4, 9, 16, 25 ] []",
      "[ -1, -2 ] [ 1.5, 2.5 ]",
      "[ 3, 7 ]",
      "false 36 36 true",
      "undefined true false",
      "[ 11 ]",
      "true false",
      "[ 1, 4 ] [ 'aa', 'bb' ]",
      "5000 true",
    ],
    values: [
      "undefined",
      "NaN",
      "-0",
      "10n",
      "a\ufffd",
      "Map(1) { 1 => Set(1) { 'x' } }",
      "[ undefined, 1 ]",
      "1970-01-01T00:00:00.000Z",
      "Uint8Array(3) [ 1, 2, 3 ]",
      "{ deep: [ { n: null } ] }",
      "10",
      "3000000 true",
      "[ 1 ] [ [ 1 ] ]",
    ],
    errors: [
      "true Error no 3",
      "RemoteTraceback true true",
      "RangeError: 2 is even",
      "{ code: 5 }",
      "MaybeEncodingError: Error sending result: 'Symbol(mine)'. Reason: 'UnsendableError: Cannot send result to another process: it is Symbol(mine); a symbol is the same in one process only'",
      "true",
      "UnsendableError: Cannot send args[0] to another process: it is a function; send its name, or the data that it needs",
      "UnsendableError: Cannot send items[1].deep[0] to another process: it is Symbol(x); a symbol is the same in one process only",
      "MaybeEncodingError: Error sending result: '[Function (anonymous)]'. Reason: 'UnsendableError: Cannot send error to another process: it is a function; send its name, or the data that it needs'",
      "true",
      "16",
    ],
    misuse: [
      "RangeError: Cannot make a Pool with 0 processes: pass an integer >= 1",
      'TypeError: Cannot make a Pool of "4": pass { processes: 4 }',
      'TypeError: Cannot make a Pool with the option "process": there are processes, initializer, initargs, maxTasksPerChild, concurrency, strict',
      "TypeError: Cannot make a Pool with 5 as initializer: pass a function",
      'TypeError: Cannot make a Pool with "x" as initargs: pass an array, `[value]`',
      "RangeError: Cannot make a Pool with 0 tasks per child: pass an integer >= 1",
      "TypeError: Cannot apply 5: pass a function",
      'TypeError: Cannot apply with "egon" as arguments: pass an array of them',
      "TypeError: Cannot map over 5: pass an iterable or an async iterable",
      "RangeError: Cannot map with 0 items in a chunk: pass an integer >= 1",
      "RangeError: Cannot map with -1 items in a chunk: pass an integer >= 1",
      "RangeError: Cannot imap with 0 items in a chunk: pass an integer >= 1",
      'TypeError: Cannot map with the option "chunkSize": there are timeout, retries, chunksize, onProgress, stopOnError',
      "TypeError: Cannot map with 5 as options: pass an object such as { timeout: 5 }",
      'RangeError: Cannot apply for NaN: pass milliseconds or a Duration, "2 seconds"',
      "RangeError: Cannot apply with -1 retries: pass an integer >= 0",
      "TypeError: Cannot applyAsync with 5 as callback: pass a function",
      "ProcessError: The result is not ready: wait for it, or ask ready() first",
      "ProcessError: Pool is still running: close or terminate it, then join",
      "UnsendableError: Cannot send args[0] to another process: it is a Pool; the process that made it alone can use it; make another one there",
      "ProcessError: Pool not running: it is closed and takes no more tasks",
      "ProcessError: Pool not running: it is closed and takes no more tasks",
      "ProcessError: Pool not running: it is closed and takes no more tasks",
    ],
  });
  printsAll("loses nothing but the task at which a worker died, and replaces that", {
    deaths: [
      "1",
      "2",
      "WorkerDied 7 exitIf(3,3) number",
      "4",
      "5",
      "6",
      "-9 killSelfIf(item 1) The worker with process id N was killed by signal 9 while it ran killSelfIf(item 1)",
      "25",
      "done",
      "true",
    ],
    strict: ["WorkerDied BrokenProcessPool", "true BrokenProcessPool"],
  });

  printsAll("replaces its workers after so many tasks", {
    recycling: ["[ 'hello a', 'hello b', 'hello c' ]", "2"],
  });

  printsAll("fails with what its initializer throws, and does not try for ever", {
    initializer: ["true no licence", "RangeError: no licence"],
    exitingInitializer: ['WorkerDied 3 the initializer "exitAtStart"'],
  });
  printsAll(
    "gives workers tasks ahead, and takes them back where one is long or deadly",
    {
      ahead: ["[ 'exitIf(150,150)' ] 299", "false", "true true"],
    },
    everywhere,
  );
  printsAll("ends tasks that take too long, and stops at the first error where it is told to", {
    timeouts: [
      "true Timed out after 300ms",
      "begun, TimeoutError, cleaned up",
      "TimeoutError: Timed out after 50ms 9",
      "false",
      "TimeoutError: Timed out after 20ms",
    ],
    stopping: ["RangeError: 2 is even", "RangeError: 2 is even", "1 2 1 2 3 4 "],
  });
  printsAll("maps bit by bit what may have no end, and spawns fibers in its workers", {
    imap: [
      "true true closed",
      "1",
      "2 is even",
      "3",
      "4 is even",
      '{"done":false,"value":1} Error: the source {"done":true}',
      "-1 -2 -3 -4 -5",
      "1 4 9 16 25",
      "4",
      'false {"done":true} {"done":true}',
      'TimeoutError: Timed out after 0ms {"done":false,"value":"there"}',
      '{"done":false,"value":"number"} true {"done":false,"value":"string"}',
      "328350",
    ],
    spawning: [
      "true [ 1.5, 'local' ] true",
      "true false 2 is even",
      "killed begun, GreenletExit, cleaned up",
      "killed true",
      "1",
      '[ 9 ] {"key":"b","value":81}',
    ],
    killBusy: ["killed false"],
  });
  printsAll("keeps the order of what a worker is told, and closes what nobody reads any more", {
    fullLine: ["true", "16", "begun"],
    sources: [
      "RangeError: does not close",
      "ProcessError: The pool was terminated before this was done",
    ],
  });
  printsAll("ends by terminate, use and disposal, and keeps no program alive when it is idle", {
    ending: [
      "ProcessError: The pool was terminated before this was done",
      "ProcessError: The pool was terminated before this was done ProcessError: The pool was terminated before this was done",
      "49",
      "Error: in the body",
      "ProcessError: Pool not running: it is terminated and takes no more tasks",
      "ProcessError: Pool not running: it is terminated and takes no more tasks",
    ],
    names: ["true", "[ 9, 16 ]"],
    unused: ["main is over"],
    idle: ["9"],
  });
  printsAll("keeps the program alive while it has work", {
    pending: ["main is over", "came -3"],
  });

  onEach(["node"], "tells of a callback that throws, and goes on", async (runtime) => {
    const { lines, stderr, code } = await run(runtime, "pool", ["callbacks"]);
    expect(lines).toEqual([
      "error 2 is even, value 1 true, value 3 true",
      "map [ 1, 4 ]",
      "3/3 2",
      "9 16",
    ]);
    expect(stderr).toMatch(/^Fiber "callback-.* failed and nobody looked: Error: a bad callback/);
    expect(code).toBe(1);
  });
});
