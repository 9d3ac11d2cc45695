import { describe, expect } from "vitest";
import { printsAll } from "./cases.ts";
import { everywhere, onEach, start } from "./programs.ts";

/** Node 22 would do these no otherwise, and takes four times as long to begin each of their processes. */
const NEWER = { shared: ["node", "deno", "bun"] } as const;

describe("a manager", () => {
  printsAll("makes objects whose methods are waits, of which nothing is lost", "manager", {
    dict: [
      "[1,null,true,false]",
      '[4,4,["a","b","c","__proto__"],"just a key"]',
      '[true,false,[["a",1],["b",[2]],["c",{"deep":[true]}]]]',
      "[2,7,1]",
      "[7,26,26]",
      "[14,112]",
      "[true,false]",
      '[1,"none",["n",2]]',
      "RangeError: Cannot pop m from a dict that does not have it",
      'TypeError: Cannot increment "b": it is "two", and no number',
      "TypeError: Cannot use a value of type Object as a key: an object comes as another one each time; pass a string or a number",
      "UnsendableError: Cannot send dict.set args[1] to another process: it is a function; send its name, or the data that it needs",
      '["a","b","c","new","z"]',
      "[0,2]",
    ],
    list: [
      "[4,4,4,2]",
      "[1,2,3,10]",
      "[[10,7,3,2,0],[7,3],1]",
      "[0,10,7,4]",
      "[[2,3,9,5],1,false]",
      "[3,12,[3]]",
      "[true,false]",
      "RangeError: Cannot pop item 99 of a list of 4",
      "RangeError: Cannot remove a value from a list that does not have it",
      "RangeError: Cannot set item 99 of a list of 4",
      "RangeError: Cannot pop from an empty list",
      "21",
    ],
    others: [
      '[false,true,2,["a","b"]]',
      '[true,false,"b",0]',
      '["Bob",[1],"two",true]',
      'ReferenceError: Cannot get "y" of a Namespace: it has no such attribute',
      "[2,2,5,5]",
      "[true,false]",
      "[[7,1,2],2,3]",
      "RangeError: Cannot reach item 3 of an array of 3",
      "[0,0,0]",
      "<proxy of set N true false",
    ],
    queue: [
      '[2,true,"a"]',
      "Full: Cannot put into the queue: it was full (maxsize 2) for 5ms",
      "Full: Cannot put into the queue: it is full (maxsize 2). put() without options waits for room",
      '["a","b",true]',
      "Empty: Cannot get from the queue: it was empty for 5ms",
      "true",
      "Empty: Cannot get from the queue: it is empty. get() without options waits for an item",
      "Empty: Cannot get from the queue: it is empty. get() without options waits for an item",
      "false",
      "true",
      "RangeError: taskDone() called too many times: every task of the queue is done. Call it once for each get",
      "TypeError: Cannot get with 5 as options: pass an object such as { timeout: 5 } (milliseconds)",
    ],
    cuts: ["40 40", "late", "true true"],
    locks: [
      "true true",
      "false",
      "Error: Cannot release a recursive lock that is held by another fiber or process",
      "false",
      "Error: Cannot release an unlocked lock: acquire it before, and release it once",
      "[true,true,false]",
      "RangeError: Semaphore released too many times: of its 2 permits 2 are free, and 1 more came back",
      "2 5 false",
      "RangeError: inside",
      "false",
    ],
  });
  printsAll("shares them with all processes, whatever becomes of these", "manager", {
    children: ["[2,true,1]", "[0,1,2,10,11]"],
    nested: ["[1,2]", "true", '{"list":[1]}', "true true true false"],
  });
  printsAll(
    "lets fibers of several processes wait for each other",
    "manager",
    {
      counting: ["600", "2001"],
      conditions: [
        "Error: Cannot notify a condition that is not acquired: acquire it before",
        '["waiting","waiting","woken","woken"]',
        "false",
        "released",
        "true",
        "[false,false]",
        "[true,true]",
        "[0,1]",
        "BrokenBarrierError: The barrier was aborted: reset() makes it as new",
        "[true,2]",
      ],
      deaths: ["true true true", "for nobody dead"],
    },
    NEWER,
  );
  printsAll(
    "serves objects of a program's own classes, and those who have the key",
    "manager",
    {
      classes: [
        'ProcessError: Cannot make a "Maths": its server is not started yet; start or connect it',
        "ProcessError: Cannot start a manager twice: make another one",
        "[30,3,7]",
        "true",
        "RangeError: out of all bounds true 7 RemoteTraceback",
        "true",
        "UnsendableError: Cannot send the result to another process: it is a function; send its name, or the data that it needs",
        "true",
        "true",
        "true",
        "true",
        "true",
        "true",
        "2 undefined",
        'TypeError: Cannot call "addLater" of a Limited of this manager: its methods are add',
        "4 [1,2,7]",
        'TypeError: Cannot make a proxy of what "nothing" gave: it is no object, but a number',
        'TypeError: Cannot make a "unknown": this manager has Maths, Limited, numbers, nothing; register it before the server starts',
        'TypeError: Cannot register a type as "_private": pass a name without a leading _',
        'TypeError: Cannot register 5 as "five": pass a class or a function',
        "SocketError: Cannot connect to PEER: nobody listens there (ECONNREFUSED)",
        'ProcessError: Cannot make a "Maths": it was shut down',
      ],
      serverDeath: [
        "EOFError: Cannot go on with the manager at PEER: its server has ended, or was shut down",
        "SocketError: Cannot connect to PEER: nobody listens there (ECONNREFUSED)",
      ],
      keys: [
        "AuthenticationError: Cannot connect to PEER: the digest sent was rejected; it has another authkey",
        "no answer that makes sense",
        "EOFError",
        "2 1",
        "[1,2,7]",
        "SocketError: Cannot connect to PEER: nobody listens there (ECONNREFUSED)",
        "ProcessError: Cannot connect a manager without an address: pass { address } to it",
        'TypeError: Cannot make a manager with the authkey "text": it should be bytes, such as new TextEncoder().encode("secret")',
      ],
    },
    NEWER,
  );

  // What an older Node would do no otherwise: it takes three programs.
  onEach(
    ["node", "deno", "bun"],
    "serves programs that know its address and key",
    async (runtime) => {
      const server = start(runtime, "manager", ["serve"]);
      const port = await server.printed("port");
      const clients = [];
      for (const name of ["one", "two"]) {
        clients.push(await start(runtime, "manager", ["use", port, name]).ended);
      }
      server.signal("SIGKILL");
      await server.ended;
      expect(clients.map(({ lines, stderr, code }) => ({ lines, stderr, code }))).toEqual([
        { lines: ['1 ["one"]'], stderr: "", code: 0 },
        { lines: ['2 ["one","two"]'], stderr: "", code: 0 },
      ]);
    },
  );

  onEach(everywhere, "ends with the program that started it", async (runtime) => {
    const program = start(runtime, "manager", ["orphan"]);
    const pid = Number(await program.printed("server"));
    program.signal("SIGKILL");
    await program.ended;
    await hasEnded(pid);
  });
});

/** The watchdog of the test is its limit. */
async function hasEnded(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
