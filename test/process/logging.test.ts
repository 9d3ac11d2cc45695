import { describe, expect } from "vitest";
import { everywhere, onEach, type Runtime, run } from "./programs.ts";

/** What does not touch the host is tried on one of them. */
const ONE: readonly Runtime[] = ["node"];

function logs(
  runtimes: readonly Runtime[],
  what: string,
  name: string,
  expected: { readonly stdout?: readonly string[]; readonly stderr?: readonly string[] },
): void {
  onEach(runtimes, what, async (runtime) => {
    const { stdout, stderr, code } = await run(runtime, "logging", [name]);
    const linesOf = (text: string) => text.split("\n").slice(0, -1);
    expect({ stdout: linesOf(stdout), stderr: linesOf(stderr), code }).toEqual({
      stdout: [],
      stderr: [],
      code: 0,
      ...expected,
    });
  });
}

describe("the logger of processes", () => {
  logs(everywhere, "prints how processes begin and end", "info", {
    stderr: [
      "[INFO/Process-1] child process calling self.run()",
      "[INFO/Process-1] working",
      "[INFO/Process-1] process shutting down",
      "[INFO/Process-1] process exiting with exitcode 0",
      "[INFO/MainProcess] process shutting down",
    ],
  });
  logs(ONE, "knows the exit code of one that ends itself", "failing", {
    stderr: [
      "[INFO/Process-1] child process calling self.run()",
      "[INFO/Process-1] process shutting down",
      "[INFO/Process-1] process exiting with exitcode 3",
      "[INFO/MainProcess] process shutting down",
    ],
  });
  logs(ONE, "says nothing before somebody asks it to", "silent", { stdout: ["30"] });
  logs(ONE, "drops what is not important enough", "warnings", {
    stderr: ["[WARNING/MainProcess] careful", "[Level 33/MainProcess] in between"],
  });
  logs(ONE, "gives its records to handlers", "handlers", {
    stdout: [
      "DEBUG true a detail",
      "true false 10",
      'TypeError: Cannot log at the level "loud": pass NOTSET, SUBDEBUG, DEBUG, INFO, SUBWARNING, WARNING, ERROR, CRITICAL, or a number',
      "TypeError: Cannot log at the level -1: pass NOTSET, SUBDEBUG, DEBUG, INFO, SUBWARNING, WARNING, ERROR, CRITICAL, or a number",
      "TypeError: Cannot log to 5: pass a function of a record",
    ],
  });
});
