import { type Fiber, GreenletExit, killAll, sleep, spawn, until, withTimeout } from "fibril";
import { Semaphore } from "fibril/sync";
import type { DatabaseError, Pool, PoolClient, QueryResult } from "pg";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { fiberTest, inFibers, loops, numbers, type Steps, unpatched } from "./fibers.ts";
import { isMissing, type Server, startPostgres } from "./servers.ts";

const { default: pg } = await import("pg");

let server: Server;

const config = () => ({ host: server.path, user: "postgres", database: "postgres" });

/** A pool for the time of `use`; all its connections are closed in the end. */
function* withPool(max: number, use: (pool: Pool) => Steps): Steps {
  const pool = new pg.Pool({ ...config(), max });
  // A connection that the server ends while nobody uses it.
  pool.on("error", () => {});
  try {
    yield* use(pool);
  } finally {
    yield* until(pool.end());
  }
}

/** One of the pool's connections for the time of `use`. */
function* withClient<A>(pool: Pool, use: (client: PoolClient) => Steps<A>): Steps<A> {
  const connecting = pool.connect();
  try {
    return yield* use((yield* until(connecting)) as PoolClient);
  } finally {
    // Also one that comes after a kill: the pool knows nothing of that.
    connecting.then((client) => client.release()).catch(() => {});
  }
}

/** Rows of every kind that has a parser of its own, and too many of them for one packet. */
const ROWS = `select n, n * 0.5 as half, n::text as word, array[n, n + 1] as list, n % 2 = 0 as even,
  null as nothing, jsonb_build_object('n', n) as json, '\\x00ff'::bytea as bytes
  from generate_series($1::int, $1::int + 300) n`;

describe.skipIf(isMissing("postgresql"))("pg", () => {
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server?.stop());

  fiberTest("a pool gives a hundred fibers what it gives without a patch", function* () {
    const plain = yield* until(
      unpatched(async () => {
        const pool = new pg.Pool(config());
        const results = await Promise.all(numbers(100).map((n) => pool.query(ROWS, [n])));
        await pool.end();
        return results.map(plainOf);
      }),
    );
    yield* withPool(5, function* (pool) {
      const generator = function* (n: number): Steps<unknown> {
        return plainOf((yield* until(pool.query(ROWS, [n]))) as QueryResult);
      };
      const results = yield* inFibers(100, generator, async (n) =>
        plainOf(await pool.query(ROWS, [n])),
      );
      expect(results).toEqual(plain);
    });
  });

  fiberTest("one client answers many fibers in turn", function* () {
    const client = new pg.Client(config());
    yield* until(client.connect());
    const ask = function* (n: number): Steps<unknown> {
      const { rows } = (yield* until(client.query("select $1::int as n", [n]))) as QueryResult;
      return rows[0].n;
    };
    const answers = yield* inFibers(100, ask, async (n) => {
      const { rows } = await client.query({ name: "prepared", text: "select $1::int as n" }, [n]);
      return rows[0].n;
    });
    expect(answers).toEqual(numbers(100));
    yield* until(client.end());
  });

  fiberTest("a killed fiber's connection goes back whole", function* () {
    yield* withPool(3, function* (pool) {
      const readers = numbers(60).map((n) =>
        spawn(() =>
          withClient(pool, function* (client) {
            const { rows } = (yield* until(client.query(ROWS, [n]))) as QueryResult;
            expect([rows.length, rows[0].n, rows[300].word]).toEqual([301, n, `${n + 300}`]);
            return n;
          }),
        ),
      );
      // At a step of each kind: it waits for a connection, it has sent its query, half of the rows are here.
      for (const [index, reader] of readers.entries()) {
        if (index % 3 === 0) yield* loops(index % 7);
        if (index % 3 !== 2) yield* (reader as Fiber).kill();
      }
      for (const reader of readers) yield* (reader as Fiber).join();
      const ended = readers.map((reader) => reader.status);
      expect(ended.filter((_, index) => index % 3 === 2)).toEqual(Array(20).fill("success"));
      expect(ended).toContain("killed");
      const after = yield* until(Promise.all(numbers(20).map((n) => pool.query(ROWS, [n]))));
      expect((after as QueryResult[]).map(({ rows }) => rows[0].n)).toEqual(numbers(20));
      expect([pool.totalCount, pool.waitingCount]).toEqual([3, 0]);
    });
  });

  fiberTest("a killed transaction is rolled back, and no money is lost", function* () {
    yield* withPool(4, function* (pool) {
      yield* until(pool.query("create table account (id int primary key, money int not null)"));
      yield* until(pool.query("insert into account select n, 100 from generate_series(0, 9) n"));
      const transfers = numbers(60).map((n) => spawn(transfer, pool, n % 10, (n + 3) % 10));
      for (const [index, fiber] of transfers.entries()) {
        yield* loops(index % 5);
        if (index % 2 === 0) yield* fiber.kill();
      }
      for (const fiber of transfers) yield* fiber.join();
      const statuses = transfers.map(({ status }) => status);
      expect(statuses.filter((_, index) => index % 2 === 1)).toEqual(Array(30).fill("success"));
      const sum = yield* until(pool.query("select sum(money)::int as sum from account"));
      expect((sum as QueryResult).rows).toEqual([{ sum: 1000 }]);
      const open = "select 1 from pg_stat_activity where state like 'idle in transaction%'";
      expect(((yield* until(pool.query(open))) as QueryResult).rows).toEqual([]);
    });
  });

  fiberTest(
    "a timeout leaves a query to the server, whose connection can be given up",
    function* () {
      yield* withPool(1, function* (pool) {
        const client = (yield* until(pool.connect())) as PoolClient;
        const long = withTimeout(20, until(client.query("select pg_sleep(60)")), { value: "late" });
        expect(yield* long).toBe("late");
        const failed = thrownBy(until(client.query("select 1")));
        client.release(true);
        expect(yield* failed).toBeInstanceOf(Error);
        const { rows } = (yield* until(pool.query("select 1 as one"))) as QueryResult;
        expect(rows).toEqual([{ one: 1 }]);
      });
    },
  );

  fiberTest(
    "what a callback begins is not ended with the fiber that opened the connection",
    function* () {
      yield* withPool(1, function* (pool) {
        const first = spawn(function* () {
          yield* until(pool.query("select 1"));
          yield* sleep("1 minute");
        });
        while (pool.idleCount === 0) yield* loops(1);
        yield* first.kill();
        const asked = new Promise((resolve, reject) => {
          pool.query("select 2 as two", (_error, { rows }) => {
            fetch(`data:text/plain,${rows[0].two}`)
              .then((response) => response.text())
              .then(resolve, reject);
          });
        });
        expect(yield* until(asked)).toBe("2");
      });
    },
  );

  fiberTest(
    "notifications reach everybody who listens, though one of them is killed",
    function* () {
      yield* withPool(2, function* (pool) {
        const heard: string[] = [];
        const ready = new Semaphore(0);
        const listeners = numbers(5).map((n) =>
          spawn(function* () {
            const client = new pg.Client(config());
            yield* until(client.connect());
            try {
              client.on("notification", ({ payload }) => heard.push(`${n}: ${payload}`));
              yield* until(client.query("listen news"));
              ready.release();
              yield* sleep("1 minute");
            } finally {
              yield* until(client.end());
            }
          }),
        );
        for (const _ of listeners) yield* ready.acquire();
        yield* (listeners[2] as Fiber).kill();
        yield* until(pool.query("select pg_notify('news', 'hello')"));
        while (heard.length < 4) yield* loops(1);
        expect(heard.sort()).toEqual(["0: hello", "1: hello", "3: hello", "4: hello"]);
        yield* killAll(listeners);
      });
    },
  );

  fiberTest("errors are those of an unpatched run", function* () {
    const wrong = ["selec 1", "select 1 / 0", "select * from nowhere", "select $1::int"];
    const plain = yield* until(
      unpatched(async () => {
        const pool = new pg.Pool(config());
        const errors = wrong.map((text) => pool.query(text, ["x"]).catch(partsOf));
        const parts = await Promise.all(errors);
        await pool.end();
        return [...parts, partsOf(await refused())];
      }),
    );
    yield* withPool(2, function* (pool) {
      const parts: unknown[] = [];
      for (const text of wrong) {
        const error = yield* thrownBy(until(pool.query(text, ["x"])));
        expect(error).toBeInstanceOf(pg.DatabaseError);
        parts.push(partsOf(error));
      }
      parts.push(partsOf(yield* until(refused())));
      expect(parts).toEqual(plain);
    });
  });

  fiberTest(
    "a server that ends fails the queries, and the pool goes on with the next",
    function* () {
      yield* withPool(3, function* (pool) {
        const asking = numbers(3).map(() => spawn(() => until(pool.query("select pg_sleep(61)"))));
        const watching = new pg.Client(config());
        yield* until(watching.connect());
        const active =
          "select 1 from pg_stat_activity where state = 'active' and query = 'select pg_sleep(61)'";
        while (((yield* until(watching.query(active))) as QueryResult).rowCount !== 3);
        yield* until(watching.end());
        yield* until(server.restart());
        for (const fiber of asking) {
          expect(yield* thrownBy(fiber.get())).toMatchObject({ code: "57P01" });
        }
        const { rows } = (yield* until(pool.query("select 1 as one"))) as QueryResult;
        expect(rows).toEqual([{ one: 1 }]);
      });
    },
  );

  fiberTest(
    "an async body that was killed fails at its next call of the host, and gives back what it has",
    function* () {
      yield* withPool(1, function* (pool) {
        const trace: unknown[] = [];
        const fiber = spawn(async () => {
          const client = await pool.connect();
          try {
            await client.query("select pg_sleep(0.05)");
            trace.push("queried");
            await fetch("data:text/plain,too late");
          } catch (error) {
            trace.push(error instanceof GreenletExit);
          } finally {
            client.release();
          }
        });
        while (pool.totalCount === 0 || pool.idleCount > 0) yield* loops(1);
        yield* fiber.kill();
        const { rows } = (yield* until(pool.query("select 1 as one"))) as QueryResult;
        expect([rows, trace]).toEqual([[{ one: 1 }], ["queried", true]]);
      });
    },
  );
});

/** Moves 10 from one account to another; a kill in the middle undoes it. */
function* transfer(pool: Pool, from: number, to: number): Steps {
  yield* withClient(pool, function* (client) {
    yield* until(client.query("begin"));
    try {
      // In the same order in each transaction, or two wait for each other.
      for (const id of [from, to].sort()) {
        const sign = id === from ? -1 : 1;
        const text = "update account set money = money + $1 where id = $2";
        yield* until(client.query(text, [sign * 10, id]));
      }
    } catch (error) {
      yield* until(client.query("rollback"));
      throw error;
    }
    yield* until(client.query("commit"));
  });
}

function plainOf({ rows, rowCount, command, fields }: QueryResult): unknown {
  return { rows, rowCount, command, fields: fields.map(({ name, format }) => [name, format]) };
}

function partsOf(error: unknown): unknown {
  const { name, message, code, severity, position } = error as DatabaseError;
  return { name, message, code, severity, position };
}

/** The error of a connection to a server that is not there. */
function refused(): Promise<unknown> {
  const client = new pg.Client({ ...config(), port: 1 });
  return client.connect().then(
    () => "connected",
    (error: Error) => error,
  );
}
