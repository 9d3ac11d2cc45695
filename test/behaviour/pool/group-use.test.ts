import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import { type Fiber, GreenletExit, getHub, kill, sleep, spawn, uninterruptible } from "fibril";
import { Group, Pool } from "fibril/pool";
import { expect, test } from "vitest";
import { takeErrors } from "../../harness/console.ts";
import { after, failAfter, thrownBy, virtually } from "../../harness/virtual.ts";

test(
  "a block is over when all members are, and gives its value",
  virtually(function* () {
    const trace: unknown[] = [];
    const value = yield* Group.use(function* (group) {
      group.spawn(function* () {
        yield* sleep(20);
        trace.push("member");
      });
      yield* sleep(10);
      trace.push("block");
      return "value";
    });
    expect([value, trace, getHub().now()]).toEqual(["value", ["block", "member"], 20]);
  }),
);

test(
  "a block that throws, or is killed, takes its members with it",
  virtually(function* () {
    const error = new Error("block");
    const members: Fiber[] = [];
    function* block(group: Group) {
      members.push(group.spawn(() => sleep("1 hour")));
      yield* sleep(5);
      throw error;
    }
    expect(yield* thrownBy(Group.use(block))).toBe(error);
    const user = spawn(() => Group.use(block));
    yield* sleep();
    yield* kill(user);
    expect(members.map((member) => member.status)).toEqual(["killed", "killed"]);
    expect([user.status, getHub().now()]).toEqual(["killed", 5]);
  }),
);

test(
  "the members' cleanups are over before it is",
  virtually(function* () {
    const trace: string[] = [];
    function* member() {
      try {
        yield* sleep("1 hour");
      } finally {
        yield* sleep(5);
        trace.push("cleaned up");
      }
    }
    const user = spawn(() =>
      Group.use(function* (group) {
        group.spawn(member);
        yield* sleep("1 hour");
      }),
    );
    yield* sleep();
    yield* kill(user);
    trace.push("over");
    expect(trace).toEqual(["cleaned up", "over"]);
  }),
);

test(
  "a member's failure is thrown when all have ended, whether the block waits or is over",
  virtually(function* () {
    const error = new Error("member");
    const done: unknown[] = [];
    const thrown = yield* thrownBy(
      Group.use(function* (group) {
        group.spawn(failAfter, 5, error);
        group.spawn(function* () {
          done.push(yield* after(30, "sibling"));
        });
        yield* sleep(10);
        done.push("block");
      }),
    );
    expect([thrown, done, getHub().now()]).toEqual([error, ["block", "sibling"], 30]);
  }),
);

test(
  "with failFast the first failure kills the others and is thrown at once",
  virtually(function* () {
    const error = new Error("member");
    const members: Fiber[] = [];
    const thrown = yield* thrownBy(
      Group.use(
        function* (group) {
          members.push(group.spawn(() => sleep("1 hour")));
          members.push(group.spawn(failAfter, 5, error));
          members.push(group.spawn(failAfter, 6, new Error("too late")));
          yield* sleep("1 hour");
        },
        { failFast: true },
      ),
    );
    expect([thrown, getHub().now()]).toEqual([error, 5]);
    expect(members.map((member) => member.status)).toEqual(["killed", "failure", "killed"]);
  }),
);

test(
  "failFast throws also a failure that the block swallowed, or was too busy to see",
  virtually(function* () {
    const error = new Error("member");
    const swallowed = Group.use(
      function* (group) {
        group.spawn(failAfter, 1, error);
        yield* thrownBy(sleep("1 hour"));
        return "swallowed";
      },
      { failFast: true },
    );
    expect(yield* thrownBy(swallowed)).toBe(error);
    const busy = Group.use(
      function* (group) {
        group.spawn(failAfter, 0, error);
        yield* uninterruptible(sleep(10));
        throw new Error("never reached");
      },
      { failFast: true },
    );
    expect(yield* thrownBy(busy)).toBe(error);
    const afterwards = Group.use(
      function* (group) {
        group.spawn(failAfter, 1, error);
      },
      { failFast: true },
    );
    expect(yield* thrownBy(afterwards)).toBe(error);
    yield* sleep(20);
  }),
);

test(
  "failFast kills at once also while the block can't be struck, and strikes nothing behind it",
  virtually(function* () {
    const error = new Error("member");
    const trace: string[] = [];
    const masked = Group.use(
      function* (group) {
        group.spawn(failAfter, 1, error);
        const sibling = group.spawn(() => sleep("1 hour"));
        yield* uninterruptible(function* () {
          yield* sleep(10);
          trace.push(sibling.status);
        });
      },
      { failFast: true },
    );
    expect(yield* thrownBy(masked)).toBe(error);
    const tie = Group.use(
      function* (group) {
        group.spawn(failAfter, 5, error);
        yield* sleep();
        yield* sleep(5);
        trace.push("block over");
      },
      { failFast: true },
    );
    expect(yield* thrownBy(tie)).toBe(error);
    yield* sleep(1);
    expect([trace, getHub().now()]).toEqual([["killed", "block over"], 16]);
  }),
);

test(
  "a block that waits for one who waits for it is in no deadlock while a failure may strike it",
  virtually(function* () {
    const error = new Error("member");
    const user: Fiber = spawn(() =>
      Group.use(
        function* (group) {
          group.spawn(failAfter, 5, error);
          yield* partner.join();
        },
        { failFast: true },
      ),
    );
    const partner = spawn(() => user.join());
    yield* partner;
    expect(user.exception).toBe(error);
  }),
);

test(
  "a failure that map or get threw in the block, and that it handled, is not thrown again by map's",
  virtually(function* () {
    const error = new Error("item");
    const value = yield* Group.use(function* (group) {
      const fail = (n: number) => failAfter(n, error);
      expect(yield* thrownBy(group.map(fail, [1]))).toBe(error);
      expect(yield* thrownBy(group.apply(fail, [1]))).toBe(error);
      const results = group.imap(fail, [1]);
      expect(yield* thrownBy(results.next())).toBe(error);
      return "handled";
    });
    expect(value).toBe("handled");
  }),
);

test(
  "a pool's block has as many members at once as it has places",
  virtually(function* () {
    const trace: string[] = [];
    yield* Pool.use(2, function* (pool) {
      for (let n = 0; n < 4; n++) {
        yield* pool.spawn(function* () {
          yield* sleep(10);
          trace.push(`${n} at ${getHub().now()}`);
        });
      }
    });
    expect(trace).toEqual(["0 at 10", "1 at 10", "2 at 20", "3 at 20"]);
    expect(() => Pool.use(-1, function* () {})).toThrow(RangeError);
    expect(() => Group.use(5 as never)).toThrow(/Cannot use 5: pass a function/);
    expect(() => Group.use(function* () {}, true as never)).toThrow(TypeError);
  }),
);

test("an async or plain block does as well, and every run has a group of its own", async () => {
  const twice = Group.use(async (group, signal) => {
    expect(signal.aborted).toBe(false);
    group.spawn(after, 5, 1);
    await sleep(1);
    return group;
  });
  const [one, other] = [await twice, await twice];
  expect([one.length, other.length, one === other]).toEqual([0, 0, false]);
  expect(await Group.use((group) => group.spawn(after, 1, 1).name.length > 0)).toBe(true);
  const signals: AbortSignal[] = [];
  const user = spawn(() =>
    Group.use(async (_group, signal) => {
      signals.push(signal);
      await sleep("1 hour");
    }),
  );
  await sleep();
  await kill(user);
  expect(signals.map((signal) => signal.aborted)).toEqual([true]);
});

test("in an Effect program it fails with the member's failure, and an interruption kills", async () => {
  const killed: string[] = [];
  const exit = await Effect.runPromiseExit(
    Group.use(function* (group) {
      group.spawn(function* () {
        yield* Effect.fail("no" as const);
      });
      yield* sleep(1);
    }),
  );
  expect(exit).toEqual(Exit.fail("no"));
  const interrupted = await Effect.runPromiseExit(
    Group.use(function* (group) {
      group.spawn(function* () {
        try {
          yield* sleep("1 hour");
        } catch (error) {
          if (error instanceof GreenletExit) killed.push("member");
          throw error;
        }
      });
      yield* sleep("1 hour");
    }).pipe(Effect.timeout("10 millis")),
  );
  expect([Exit.isFailure(interrupted), killed]).toEqual([true, ["member"]]);
});

test("a failure that is not the one thrown is reported, if nobody will have seen it", async () => {
  const { exitCode } = process;
  const errors = takeErrors();
  await Group.use(function* (group) {
    group.spawn({ name: "lost" }, failAfter, 1, new Error("lost"));
    yield* sleep(10);
    throw new Error("block");
  }).then(undefined, () => undefined);
  await Group.use(function* (group) {
    const member: Fiber = group.spawn({ name: "passed on" }, failAfter, 1, new Error("passed on"));
    yield* member;
  }).then(undefined, () => undefined);
  await Group.use(function* (group) {
    group.spawn({ name: "first" }, failAfter, 1, new Error("first"));
    group.spawn({ name: "second" }, failAfter, 2, new Error("second"));
  }).then(undefined, () => undefined);
  spawn({ name: "last" }, () => {
    throw new Error("last");
  });
  await errors.until((line) => line.startsWith('Fiber "last"'));
  errors.release();
  process.exitCode = exitCode ?? 0;
  const reported = errors.lines.map((line) => /^Fiber "([^"]*)"/.exec(line)?.[1]);
  expect(reported).toEqual(["lost", "last"]);
});
