import * as Exit from "effect/Exit";
import { type Fiber, joinAll, kill, sleep, spawn, wait } from "fibril";
import { expect, test } from "vitest";
import { takeErrors } from "../../harness/console.ts";

const nothing = () => {
  // The callback itself does not matter here.
};

/** Every way to look at how a fiber ended, by its name. */
const looks: Readonly<Record<string, (fiber: Fiber) => unknown>> = {
  get: (fiber) => fiber.get().then(nothing, nothing),
  await: (fiber) => fiber.then(nothing, nothing),
  joinAll: (fiber) => joinAll([fiber]).then(nothing, nothing),
  "joinAll for Exits": (fiber) => joinAll([fiber], { raiseError: false }).then(nothing),
  link: (fiber) => fiber.link(nothing),
  linkException: (fiber) => fiber.linkException(nothing),
  observer: (fiber) => fiber.addObserver(nothing),
  "get, late": (fiber) => fiber.join().then(() => fiber.get().then(nothing, nothing)),
  "link, late": (fiber) => fiber.join().then(() => fiber.link(nothing)),
  "exit, late": (fiber) => fiber.join().then(() => Exit.isFailure(fiber.exit as never)),
  "exception, late": (fiber) => fiber.join().then(() => fiber.exception),
  "status, late": (fiber) => fiber.join().then(() => fiber.status),
  "successful, late": (fiber) => fiber.join().then(() => fiber.successful()),
};

/** What is not a look: join, wait, and questions whose answer says nothing of the failure. */
const blind: Readonly<Record<string, (fiber: Fiber) => unknown>> = {
  nothing,
  join: (fiber) => fiber.join().then(nothing),
  wait: (fiber) => wait([fiber]).then(nothing),
  linkValue: (fiber) => fiber.linkValue(nothing),
  "status, early": (fiber) => fiber.status,
  "exit, early": (fiber) => fiber.exit,
  "dead, ready and value, late": (fiber) =>
    fiber.join().then(() => [fiber.dead, fiber.ready(), fiber.value]),
  "a get that was killed": (fiber) => {
    const waiter = spawn(() => fiber.get());
    return sleep().then(() => kill(waiter));
  },
};

test("a failure is reported once if nobody looked, with name and place, and sets the exit code", async () => {
  const { exitCode } = process;
  const errors = takeErrors();
  function* fail(name: string) {
    yield* sleep(5);
    throw new Error(`failure of ${name}`);
  }
  for (const [name, look] of [...Object.entries(looks), ...Object.entries(blind)]) {
    void look(spawn({ name }, fail, name));
  }
  const killed = spawn({ name: "killed" }, () => sleep("1 hour"));
  void killed.kill();
  const last = spawn({ name: "last" }, fail, "last");
  await last.join();
  await errors.until((line) => line.startsWith('Fiber "last"'));
  errors.release();
  const reported = errors.lines.map((line) => /^Fiber "([^"]*)"/.exec(line)?.[1]);
  expect(reported).toEqual([...Object.keys(blind), "last"]);
  expect(errors.lines[0]).toMatch(/observed\.test\.ts/);
  expect(errors.lines[0]).toContain("failure of nothing");
  expect(process.exitCode).toBe(1);
  process.exitCode = exitCode;
});

test("an error that failed many fibers is reported once", async () => {
  const { exitCode } = process;
  const errors = takeErrors();
  const shared = new Error("shared");
  const fail = () => {
    throw shared;
  };
  for (let i = 0; i < 3; i++) spawn({ name: `shared ${i}` }, fail);
  spawn({ name: "own" }, () => {
    throw new Error("own");
  });
  await errors.until((line) => line.startsWith('Fiber "own"'));
  errors.release();
  expect(errors.lines.map((line) => line.slice(0, 12))).toEqual(['Fiber "share', 'Fiber "own",']);
  process.exitCode = exitCode;
});

test("a link that fails is reported with the name of its fiber", async () => {
  const { exitCode } = process;
  const errors = takeErrors();
  const fiber = spawn({ name: "target" }, () => 1);
  fiber.link(() => {
    throw new Error("in the link");
  });
  await errors.until((line) => line.includes("in the link"));
  errors.release();
  expect(errors.lines[0]).toContain('"link of target"');
  process.exitCode = exitCode;
});

test("each failure has its whole time to be seen, whatever failed before", async () => {
  const { exitCode } = process;
  const errors = takeErrors();
  spawn({ name: "first" }, () => {
    throw new Error("first");
  });
  await new Promise((resolve) => setTimeout(resolve, 700));
  const second = spawn({ name: "second" }, () => {
    throw new Error("second");
  });
  await errors.until((line) => line.startsWith('Fiber "first"'));
  expect(second.status).toBe("failure");
  spawn({ name: "third" }, () => {
    throw new Error("third");
  });
  await errors.until((line) => line.startsWith('Fiber "third"'));
  errors.release();
  expect(errors.lines.filter((line) => line.includes("second"))).toEqual([]);
  process.exitCode = exitCode;
});
