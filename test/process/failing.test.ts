import { describe, expect } from "vitest";
import { everywhere, onEach, prints, run } from "./programs.ts";

/** A case of failing.ts that ends with code 1 in its child, which says these things. */
function fails(what: string, name: string, words: readonly string[]): void {
  onEach(everywhere, what, async (runtime) => {
    const { stderr, lines, code } = await run(runtime, "failing", [name]);
    expect({ lines, code }).toEqual({ lines: ["1"], code: 0 });
    expect(words.filter((word) => !stderr.includes(word)).map((word) => [word, stderr])).toEqual(
      [],
    );
  });
}

describe("what goes wrong in a child is printed, and its exit code is 1", () => {
  fails("when its function throws", "raises", [
    "Process Process-1:",
    "RangeError: there was an error!",
    "its cause",
    "fixtures/failing.ts",
  ]);
  fails("when a fiber's body throws", "raisesInFiber", [
    "Process Process-1:",
    "TypeError: in a fiber",
    "fixtures/failing.ts",
  ]);
  fails("when its promise is rejected", "rejects", ["Process Process-1:", "rejected"]);
  fails("when it ends and its work has not", "waitsForEver", [
    "Process Process-1: its work waits for what nothing can bring about",
  ]);
  fails("when its function can't be found there", "notExported", [
    'Cannot run "hidden" in another process:',
    // Bun can't tell where a function was written: it names the module that hands it over.
    ".ts does not export it, and it uses told from around it",
  ]);
});

describe("a child that has nothing to wait for but goes on", () => {
  prints("ends with the code that it says", "failing", "endsLater", ["TimeoutError", "0"]);
});

describe("a function is found in another process", () => {
  prints("by task, register, an exported object, another module", "failing", "named", [
    "task 42",
    "0",
    "registered 42",
    "0",
    "method 42",
    "0",
    "in another module",
    "0",
  ]);

  onEach(everywhere, "or it is refused at the start", async (runtime) => {
    const { lines, code, stderr } = await run(runtime, "failing", ["refused"]);
    const file = new URL("./fixtures/failing.ts", import.meta.url).href;
    expect({ stderr, lines, code }).toEqual({
      stderr: "",
      lines: [
        `TypeError: Cannot run "isPrivate" in another process: ${file} does not export it, and it uses secret (in its line 2) from around it; pass that as arguments, or export it`,
        `TypeError: Cannot run this function in another process: ${file} does not export it, and it uses local and helper from around it; pass that as arguments, or export it`,
        `TypeError: Cannot start a process of the class "Hidden": ${file} does not export it; export it, or name it by register`,
        'TypeError: Cannot run the function "bound isPrivate" in another process: it is bound or native and has no source; pass an exported function that calls it',
        'TypeError: Cannot run the function "max" in another process: it is bound or native and has no source; pass an exported function that calls it',
        'UnsendableError: Cannot send args[0].job.callback to another process: it is the function "helper"; send its name, or the data that it needs',
        "UnsendableError: Cannot send args[0] to another process: it is a Promise; await it, and send its value",
        "TypeError: Cannot name a task by a value of type Object: write task(import.meta, fn)",
        'TypeError: Cannot register the function "helper" as "by-name": another function has that name; pass a name of its own to register',
      ],
      code: 0,
    });
  });
});
