import { join } from "node:path";
import { getHub, joinAll, sleep, spawn, withTimeout, type Yieldable } from "fibril";
import { getEventLoop, toThread } from "fibril/asyncio";
import { afterEach, expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { run } from "../harness/run.ts";
import { thrownBy } from "../harness/virtual.ts";

const work = (name: string) => new URL(`./fixtures/work.ts#${name}`, import.meta.url);

afterEach(() => expect(getHub().fibers.map(({ name }) => name)).toEqual([]));

/** A test whose body is a fiber. */
const inFiber = (body: () => Generator<Yieldable, void, never>) => async () => {
  await spawn(body);
};

/** Keeps its thread busy until it is ended. */
function spin(): void {
  for (;;);
}

test(
  "a function runs in another thread, with its arguments, and gives its value",
  inFiber(function* () {
    expect(yield* toThread((a: number, b: number) => a + b, 1, 2)).toBe(3);
    const [main] = yield* toThread(async () => {
      const { isMainThread } = await import("node:worker_threads");
      return [isMainThread];
    });
    expect(main).toBe(false);
    const copied = yield* toThread(
      (map: Map<string, Uint8Array>) => map,
      new Map([["x", new Uint8Array(2)]]),
    );
    expect(copied).toEqual(new Map([["x", new Uint8Array(2)]]));
    expect((yield* toThread(() => new Float64Array(1_000_000))).length).toBe(1_000_000);
    expect(yield* toThread(() => undefined)).toBeUndefined();
  }),
);

test(
  "other fibers run on meanwhile",
  inFiber(function* () {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    const waiting = spawn(() => toThread((flag: Int32Array) => Atomics.wait(flag, 0, 0), shared));
    yield* sleep(20);
    expect(waiting.dead).toBe(false);
    Atomics.store(shared, 0, 1);
    Atomics.notify(shared, 0);
    expect(["ok", "not-equal"]).toContain(yield* waiting);
  }),
);

test(
  "functions of every form go there: arrows, methods, async ones, a module's exports",
  inFiber(function* () {
    const object = {
      double(n: number) {
        return n * 2;
      },
      async half(n: number) {
        return n / 2;
      },
      square: (n: number) => n * n,
    };
    expect(yield* toThread(object.double, 4)).toBe(8);
    expect(yield* toThread(object.half, 4)).toBe(2);
    expect(yield* toThread(object.square, 4)).toBe(16);
    expect(yield* toThread<number>(work("triple"), 4)).toBe(12);
    const [main, thread] = yield* toThread<[boolean, number]>({ module: work("") });
    expect([main, thread > 0]).toEqual([false, true]);
    expect(yield* toThread({ module: "node:path", name: "join" }, "a", "b")).toBe(join("a", "b"));
    const inLoop = getEventLoop().runInExecutor(undefined, (n: number) => -n, 4);
    expect(yield* inLoop).toBe(-4);
  }),
);

test(
  "a variable of its surroundings does not go along: the error names it and says what to do",
  inFiber(function* () {
    const factor = Math.max(1, 2);
    const error = yield* thrownBy(toThread((n: number) => n * factor, 1));
    expect(error).toBeInstanceOf(ReferenceError);
    expect((error as Error).message).toMatch(/^Cannot use "factor" in a thread: .*as an argument/);
    expect((error as Error).cause).toBeInstanceOf(ReferenceError);
  }),
);

test(
  "an error comes back with its name, message, stack, cause and data",
  inFiber(function* () {
    const own = yield* thrownBy(toThread(work("fail")));
    expect(own).toBeInstanceOf(Error);
    expect(own).toMatchObject({
      name: "NotThere",
      message: "no such thing",
      _tag: "NotThere",
      path: ["a", 1],
    });
    expect((own as Error).stack).toContain("work.ts");
    expect((own as Error).cause).toBeInstanceOf(RangeError);
    expect(((own as Error).cause as Error).message).toBe("out of bounds");
    expect("retry" in (own as object)).toBe(false);
    const plain = toThread(() => {
      throw { plain: [1] };
    });
    expect(yield* thrownBy(plain)).toEqual({ plain: [1] });
    const type = yield* thrownBy(toThread(() => (null as unknown as string).length));
    expect(type).toBeInstanceOf(TypeError);
  }),
);

test(
  "what can't be copied is an error, and the thread goes on",
  inFiber(function* () {
    for (const wait of [
      toThread(() => () => 1),
      toThread(() => ({ deep: [() => 1] })),
      toThread(
        (_fn: () => void) => 1,
        () => {},
      ),
    ]) {
      expect(yield* thrownBy(wait)).toMatchObject({ name: "DataCloneError" });
    }
    expect(yield* toThread(() => 1)).toBe(1);
  }),
);

test("what can't be sent is refused at the call", () => {
  expect(() => toThread(function* () {} as never)).toThrow("there are no fibers there");
  expect(() => toThread(class {} as never)).toThrow("a class is not called there");
  expect(() => toThread(spin.bind(null))).toThrow("bound or native");
  expect(() => toThread({ module: "./work.ts" })).toThrow("import.meta.url");
  expect(() => toThread(5 as never)).toThrow("Cannot run 5 in a thread");
  expect(() => toThread(null as never)).toThrow(TypeError);
});

test(
  "an export that is no function, or not there, is an error that says what is there",
  inFiber(function* () {
    const error = yield* thrownBy(toThread(work("nothing")));
    expect((error as Error).message).toMatch(/"nothing" of file:.* exported are .*triple/);
    const module = new URL("./fixtures/no-such-file.ts", import.meta.url);
    expect(String(yield* thrownBy(toThread({ module })))).toContain("no-such-file.ts");
  }),
);

test(
  "a kill ends what runs in the thread, and none of its neighbours",
  inFiber(function* () {
    const neighbour = spawn(() =>
      toThread(() => {
        const end = Date.now() + 300;
        while (Date.now() < end);
        return "neighbour";
      }),
    );
    const spinning = Array.from({ length: 3 }, () => spawn(() => toThread(spin)));
    yield* sleep(100);
    for (const fiber of spinning) yield* fiber.kill();
    expect(spinning.map(({ status }) => status)).toEqual(["killed", "killed", "killed"]);
    expect(yield* withTimeout(50, toThread(spin), { value: "too late" })).toBe("too late");
    expect(yield* neighbour).toBe("neighbour");
    expect(yield* toThread(() => "next")).toBe("next");
  }),
);

test(
  "more calls than threads wait for one, and one that waits is taken back",
  inFiber(function* () {
    const calls = Array.from({ length: 40 }, (_, n) =>
      spawn(() => toThread((m: number) => m * 2, n)),
    );
    const never = spawn(() => toThread(spin));
    yield* sleep();
    yield* never.kill();
    expect(yield* joinAll(calls)).toEqual(calls.map((_, n) => n * 2));
  }),
);

test(
  "a function that ends its thread is an error, and the next one has another",
  inFiber(function* () {
    const error = yield* thrownBy(toThread(() => process.exit(3)));
    expect((error as Error).message).toMatch(/ended before it gave a result: .*3/);
    const late = toThread(async () => {
      setTimeout(() => {
        throw new Error("struck");
      }, 0);
      await new Promise(() => {});
    });
    expect(yield* thrownBy(late)).toMatchObject({ message: "struck" });
    expect(yield* toThread(() => 1)).toBe(1);
  }),
);

test("a program with idle threads ends, what they print comes before the result", async () => {
  const program = join(root, "test/net/fixtures/threads.ts");
  const { code, stdout, stderr } = await run(runtimes.node, [
    "--conditions=fibril-source",
    program,
  ]);
  expect([code, stderr, stdout]).toEqual([0, "", "line 0\nline 1\nline 2\nprinted\n"]);
});
