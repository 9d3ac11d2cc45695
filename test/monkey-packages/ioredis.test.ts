import { type Fiber, killAll, sleep, spawn, until, withTimeout } from "fibril";
import { Event } from "fibril/sync";
import type { Redis as Connection } from "ioredis";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { fiberTest, inFibers, loops, numbers, type Steps, unpatched } from "./fibers.ts";
import { isMissing, type Server, startRedis } from "./servers.ts";

const { Redis } = await import("ioredis");

let server: Server;

const connect = (): Connection => new Redis({ path: server.path });

/** A connection for the time of `use`. */
function* withRedis<A>(use: (redis: Connection) => Steps<A>): Steps<A> {
  const redis = connect();
  try {
    return yield* use(redis);
  } finally {
    redis.disconnect();
  }
}

describe.skipIf(isMissing("redis-server"))("ioredis", () => {
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  fiberTest("one connection gives fibers what it gives without a patch", function* () {
    const commands = async (redis: Connection, n: number) => [
      await redis.set(`key ${n}`, `value ${n}`),
      await redis.get(`key ${n}`),
      await redis.hset(`hash ${n}`, { one: 1, two: "deux" }),
      await redis.hgetall(`hash ${n}`),
      await redis.rpush(`list ${n}`, ...numbers(5)),
      await redis.lrange(`list ${n}`, 1, 3),
      await redis.getBuffer(`key ${n}`),
      await redis.mget(`key ${n}`, "nothing"),
    ];
    const plain = yield* until(
      unpatched(async () => {
        const redis = connect();
        const results = await Promise.all(numbers(150).map((n) => commands(redis, n)));
        await redis.flushall();
        redis.disconnect();
        return results;
      }),
    );
    yield* withRedis(function* (redis) {
      const generator = function* (n: number): Steps<unknown> {
        return yield* until(commands(redis, n));
      };
      expect(yield* inFibers(150, generator, (n) => commands(redis, n))).toEqual(plain);
      yield* until(redis.flushall());
    });
  });

  fiberTest("a kill in the middle of a pipeline mixes up nobody's answers", function* () {
    yield* withRedis(function* (redis) {
      const add = function* (n: number): Steps<unknown> {
        const batch = n % 3 === 0 ? redis.multi() : redis.pipeline();
        for (const i of numbers(20)) batch.incrby(`sum ${n}`, i);
        const answers = (yield* until(batch.exec())) as [unknown, number][];
        return answers.at(-1)?.[1];
      };
      yield* until(redis.ping());
      // So that all of them still wait when some are killed.
      server.freeze();
      const fibers = numbers(100).map((n) => spawn(add, n));
      yield* loops(2);
      yield* killAll(fibers.filter((_, n) => n % 4 === 0));
      server.thaw();
      for (const [n, fiber] of fibers.entries()) {
        if (n % 4 === 0) expect(fiber.status).toBe("killed");
        else expect(yield* fiber.get()).toBe(190);
      }
      // What was sent is done.
      for (const n of numbers(100)) expect(yield* until(redis.get(`sum ${n}`))).toBe("190");
      yield* until(redis.flushall());
    });
  });

  fiberTest("a fiber that is killed in BLPOP takes nothing from the list", function* () {
    yield* withRedis(function* (redis) {
      const taken: string[] = [];
      const consumers = numbers(20).map((n) =>
        spawn(() =>
          withRedis(function* (own) {
            const [, item] = (yield* until(own.blpop("jobs", 0))) as [string, string];
            taken.push(item);
            return n;
          }),
        ),
      );
      while (blockedIn(yield* until(redis.info("clients"))) < 20) yield* loops(1);
      yield* killAll(consumers.slice(0, 15));
      while (blockedIn(yield* until(redis.info("clients"))) > 5) yield* loops(1);
      for (const n of numbers(7)) yield* until(redis.rpush("jobs", `job ${n}`));
      for (const fiber of consumers.slice(15)) yield* fiber.join();
      const left = (yield* until(redis.lrange("jobs", 0, -1))) as string[];
      expect([...taken, ...left].sort()).toEqual(numbers(7).map((n) => `job ${n}`));
      expect(left).toHaveLength(2);
      yield* until(redis.flushall());
    });
  });

  fiberTest("a timeout ends the wait for an answer, which then goes to nobody else", function* () {
    yield* withRedis(function* (redis) {
      const late = withTimeout(20, until(redis.blpop("empty", 0)), { value: "late" });
      expect(yield* late).toBe("late");
      const next = redis.get("nothing");
      yield* withRedis(function* (other) {
        yield* until(other.rpush("empty", "at last"));
      });
      expect(yield* until(next)).toBe(null);
    });
  });

  fiberTest("a listener goes on though the fiber that subscribed was killed", function* () {
    yield* withRedis(function* (redis) {
      yield* withRedis(function* (subscription) {
        const heard: string[] = [];
        const subscribed = new Event();
        // The first one to need the connection, and what its listener begins.
        const first = spawn(function* () {
          subscription.on("message", (_channel, text) => {
            fetch(`data:text/plain,${text}`)
              .then((response) => response.text())
              .then(
                (body) => heard.push(body),
                (error) => heard.push(String(error)),
              );
          });
          yield* until(subscription.subscribe("news"));
          subscribed.set();
          yield* sleep("1 minute");
        });
        yield* subscribed.wait();
        yield* until(redis.publish("news", "one"));
        while (heard.length < 1) yield* loops(1);
        yield* first.kill();
        yield* until(redis.publish("news", "two"));
        while (heard.length < 2) yield* loops(1);
        expect(heard).toEqual(["one", "two"]);
      });
    });
  });

  fiberTest("fibers that wait while the server is started anew get their answers", function* () {
    yield* withRedis(function* (redis) {
      redis.on("error", () => {});
      yield* until(redis.ping());
      const restarting = server.restart();
      const asking = numbers(50).map((n) => spawn(() => until(redis.incrby("count", n))));
      yield* sleep();
      yield* (asking[7] as Fiber).kill();
      yield* until(restarting);
      for (const [n, fiber] of asking.entries()) {
        // Each is a sum, of the old server or of the new one.
        if (n !== 7) expect(yield* fiber.get()).toBeGreaterThanOrEqual(n);
      }
    });
  });

  fiberTest("errors are those of an unpatched run", function* () {
    const wrong = async (redis: Connection) => {
      await redis.set("text", "x");
      const calls = [redis.lpush("text", "y"), redis.incr("text"), redis.call("nonsense")];
      const errors = await Promise.allSettled(calls);
      return errors.map((each) => {
        const { name, message } = (each as PromiseRejectedResult).reason as Error;
        return { name, message };
      });
    };
    const plain = yield* until(
      unpatched(async () => {
        const redis = connect();
        const errors = await wrong(redis);
        redis.disconnect();
        return errors;
      }),
    );
    yield* withRedis(function* (redis) {
      expect(yield* until(wrong(redis))).toEqual(plain);
      const error = yield* thrownBy(until(redis.incr("text")));
      expect(error).toMatchObject({ name: "ReplyError" });
    });
  });

  fiberTest("an async body goes through a scan, and ends when it is killed in it", function* () {
    yield* withRedis(function* (redis) {
      yield* until(redis.mset(Object.fromEntries(numbers(500).map((n) => [`scan ${n}`, n]))));
      const scan = async (): Promise<string[]> => {
        const keys: string[] = [];
        for await (const some of redis.scanStream({ match: "scan *", count: 50 })) {
          keys.push(...(some as string[]));
        }
        return keys;
      };
      const [killed, going] = [spawn(scan), spawn(scan)];
      yield* sleep();
      yield* killed.kill();
      expect(new Set(yield* going.get())).toHaveLength(500);
    });
  });
});

const blockedIn = (info: unknown): number =>
  Number(/blocked_clients:(\d+)/.exec(String(info))?.[1]);
