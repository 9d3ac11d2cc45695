import { describe, expect } from "vitest";
import { everywhere, onEach, prints, run } from "./programs.ts";

describe("a process", () => {
  prints("runs plain, async and generator functions", "lifecycle", "bodies", [
    "started",
    "  Bob in Process-1",
    "undefined 0",
    "started",
    "  Bob in Process-2",
    "undefined 0",
    "started",
    "  Bob in Process-3",
    "undefined 0",
  ]);
  prints("runs a function written where it is used", "lifecycle", "inline", ["a ba b"]);
  prints("gets kwargs as one last argument", "lifecycle", "kwargs", ["  hello Alex"]);
  prints("is an object of a subclass, with its data and its run", "lifecycle", "subclass", [
    "  Egon process of Egon true true",
    "  In FiberWorker-2",
    "  In FiberWorker-3",
  ]);
  prints("knows itself and its parent", "lifecycle", "current", [
    "MainProcess false undefined",
    '  ["worker 1",true,true,true]',
    '  ["MainProcess",true,true]',
  ]);
  prints("has the authkey that it was given", "lifecycle", "authkey", ["32", "0102ff"]);
  prints("may have children, named after it", "lifecycle", "nested", [
    "Process-1",
    "Process-1:1",
    "Process-1:1:1",
  ]);
  prints("waits for its own fibers", "lifecycle", "fibers", [
    "  the target is over",
    "  the fiber has run",
    "joined",
  ]);
  prints("reads nothing from its parent's terminal", "lifecycle", "stdin", ["stdin is empty"]);
  prints("is a spare one where there are some", "lifecycle", "spares", [
    "was there before true",
    "  spare in Process-1",
    "blue",
    "RangeError: Cannot keep -1 processes ready: pass an integer >= 0",
  ]);

  onEach(everywhere, "is among the active children while it lives", async (runtime) => {
    const { lines } = await run(runtime, "lifecycle", ["many"]);
    const [before, during, ...rest] = lines;
    const after = rest.pop();
    expect([before, during, after]).toEqual(["0", "3", "0"]);
    expect(rest.sort()).toEqual(["  A in Process-1", "  B in Process-2", "  C in Process-3"]);
  });
});

describe("the end of a process", () => {
  prints("is told by its exit code", "lifecycle", "exitCodes", ["  returns", "3 0 7 0"]);
  const states = ["BEFORE false undefined undefined", "DURING true undefined number"];
  prints("comes by terminate, and is known after join", "lifecycle", "terminate", [
    ...states,
    "TERMINATED true",
    "JOINED false -15 number",
    "<Process name='Process-1' pid=N parent=N stopped exitcode=-SIGTERM>",
  ]);
  prints("comes by kill, also where it is busy", "lifecycle", "kill", [
    ...states,
    "TERMINATED true",
    "JOINED false -9 number",
    "<Process name='Process-1' pid=N parent=N stopped exitcode=-SIGKILL daemon>",
  ]);
  prints("comes with its disposal", "lifecycle", "disposal", ["-15"]);
  prints("is waited for by wait, select and sentinel", "lifecycle", "waits", [
    "  returns",
    "true",
    '{"index":1}',
    "true -9",
  ]);
  prints("is waited for no longer than a timeout", "lifecycle", "joinTimeout", [
    "undefined true",
    "false",
  ]);
  prints("is not that of a fiber that joined it", "lifecycle", "inFiber", ["true true"]);
  prints("is waited for by the program", "lifecycle", "waitsForChildren", [
    "main is over",
    "  late in Process-1",
  ]);
  prints("comes with the program's for daemons, busy ones too", "lifecycle", "daemonEnds", [
    "main is over",
  ]);
});

describe("misuse is refused", () => {
  prints("by daemons that want children", "lifecycle", "daemonIsRefused", [
    'daemon ProcessError Cannot start the process "Process-1:1" from the daemon "Process-1": daemonic processes are not allowed to have children; leave out `daemon` there',
  ]);
  onEach(["node"], "by the sixteenth below each other", async (runtime) => {
    const { lines, stderr } = await run(runtime, "lifecycle", ["tooDeep"]);
    expect(lines).toHaveLength(17);
    expect(stderr).toContain("it is 16 processes below the main one; does a process start itself?");
  });
  prints("by a process that runs, or is closed", "lifecycle", "closing", [
    'ProcessError: Cannot close the process "closed" while it is still running: join or terminate it first',
    "  returns",
    "closed",
    'ProcessError: Cannot use the process "closed": it is closed',
    'ProcessError: Cannot use the process "closed": it is closed',
    "<Process name='closed' pid=N parent=N closed>",
  ]);
  prints("before the start, after it, and for bad options", "lifecycle", "misuse", [
    'ProcessError: Cannot join the process "Process-1": start it first',
    'ProcessError: Cannot terminate the process "Process-1": start it first',
    'ProcessError: Cannot wait for the sentinel of the process "Process-1": start it first',
    'ProcessError: Cannot start the process "Process-1": it was started before; make another one',
    'ProcessError: Cannot make "Process-1" a daemon or none: it has started; set daemon before',
    "  returns",
    'ProcessError: Cannot start the process "Process-1": it was started before; make another one',
    'ProcessError: Cannot join the process "MainProcess": it is the current process and not its child',
    'TypeError: Cannot start a process of the class "Counter": its object in the child would be without #count; declare it as `private count`',
    'TypeError: Cannot make a process with "egon" as args: pass an array: `args: [value]`',
    "TypeError: Cannot make a process with 5 as target: pass a function",
    'TypeError: Cannot make a process with the option "group": there are target, args, kwargs, name, daemon',
    "TypeError: Cannot make a process with 5 as name: pass a string",
    "TypeError: Cannot name a process 5: pass a string",
    "TypeError: Cannot join a process with 5 as options: pass an object such as { timeout: 5 } (milliseconds)",
  ]);
});
