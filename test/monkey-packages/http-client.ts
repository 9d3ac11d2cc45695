/** What every HTTP client of a package must do in fibers as it does without them. */

import { type Fiber, killAll, sleep, spawn, until, withTimeout } from "fibril";
import { afterEach, beforeEach, expect } from "vitest";
import { fiberTest, inFibers, numbers, type Steps, unpatched } from "./fibers.ts";
import { closedPort, openSite, type Site } from "./site.ts";

export interface Asking {
  readonly method?: "POST";
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

/**
 * One way to ask for pages, with connections that are kept for the next one. It
 * takes any server's certificate.
 */
export interface Client {
  ask(url: string, asking?: Asking): Promise<Answer>;
  close?(): unknown;
}

/** What is not as with the others. */
export interface Peculiarities {
  /** It does without the host's requests: only a signal tells it that its fiber was killed. */
  readonly needsSignal?: boolean;
  /** A connection that nobody waits for any more is made for whoever comes next. */
  readonly keepsConnecting?: boolean;
  /** It waits for ever for the rest of an answer that was cut short, patched or not. */
  readonly missesCuts?: boolean;
}

const FIBERS = 100;

export function behavesInFibers(
  makeClient: () => Client,
  { needsSignal = false, keepsConnecting = false, missesCuts = false }: Peculiarities = {},
): void {
  let site: Site;
  let nobody: number;
  beforeEach(async () => {
    nobody = await closedPort();
    site = await openSite();
  });
  afterEach(() => site.close());

  /** A client for the time of `use`; in the end no request of it may be under way. */
  function clientTest(name: string, use: (client: Client) => Steps): void {
    fiberTest(name, function* () {
      const client = makeClient();
      yield* use(client);
      yield* until(Promise.resolve(client.close?.()));
      yield* until(site.finish());
    });
  }

  /** The n-th request: answers of all kinds and sizes, in one packet and in many. */
  const askFor = (client: Client, n: number): Promise<Answer> => {
    const kinds = [`bytes/${n * 37}`, "status/204", "redirect/2", `bytes/${n * 1001}`];
    if (n % 5 < kinds.length) return client.ask(`${site.url}/${kinds[n % 5]}`);
    const body = `body ${n} `.repeat(n * 100);
    return client.ask(`${site.url}/echo`, { method: "POST", headers: { "x-id": `${n}` }, body });
  };

  clientTest("a hundred fibers get, byte for byte, what they get unpatched", function* (client) {
    const plain = yield* until(
      unpatched(() => Promise.all(numbers(FIBERS).map((n) => askFor(client, n)))),
    );
    const generator = function* (n: number): Steps<Answer> {
      return (yield* until(askFor(client, n))) as Answer;
    };
    const results = yield* inFibers(FIBERS, generator, async (n) => await askFor(client, n));
    expect(results.map(textOf)).toEqual((plain as Answer[]).map(textOf));
    const all = yield* until(Promise.all(numbers(FIBERS).map((n) => askFor(client, n))));
    expect((all as Answer[]).map(textOf)).toEqual(results.map(textOf));
  });

  /** What can go wrong, each with the URL and the user's own signal. */
  const failing = (client: Client): Record<string, () => Promise<unknown>> => {
    const ask = (path: string) => client.ask(site.url + path);
    const aborted = async (path: string) => {
      const controller = new AbortController();
      const asked = client.ask(site.url + path, { signal: controller.signal });
      asked.catch(() => {});
      await site.underWay(1);
      controller.abort();
      return asked;
    };
    return {
      refused: () => client.ask(`http://127.0.0.1:${nobody}/`),
      "no such host": () => client.ask("http://no-such-host.invalid/"),
      "no url": () => client.ask("no url"),
      reset: () => ask("/reset"),
      "cut short": () => ask("/cut"),
      "not found": () => ask("/status/404"),
      "server error": () => ask("/status/500"),
      "redirects for ever": () => ask("/redirect/100"),
      "aborted before": () => client.ask(`${site.url}/hang`, { signal: AbortSignal.abort() }),
      "aborted while it waits": () => aborted("/hang"),
      "aborted while it reads": () => aborted("/stall"),
    };
  };

  clientTest("what goes wrong goes wrong as it does unpatched", function* (client) {
    for (const [name, run] of Object.entries(failing(client))) {
      if (missesCuts && name === "cut short") continue;
      const plain = yield* until(unpatched(() => outcomeOf(run())));
      const awaiting = spawn(async () => outcomeOf(run()));
      const waiting = spawn(function* (): Steps<unknown> {
        try {
          return shown((yield* until(run())) as Answer);
        } catch (error) {
          return looksOf(error);
        }
      });
      expect([name, yield* awaiting]).toEqual([name, plain]);
      expect([name, yield* waiting]).toEqual([name, plain]);
    }
  });

  /** Fibers of every kind that wait for `ask`. */
  const asking = (ask: (signal?: AbortSignal) => Promise<unknown>) =>
    numbers(20).map((n): Fiber<unknown, unknown> => {
      if (needsSignal || n % 4 === 0) return spawn(() => until(ask));
      if (n % 4 === 1) return spawn(async () => await ask());
      if (n % 4 === 2) return spawn(async () => Promise.all([ask()]));
      return spawn(function* () {
        yield* until(ask());
      });
    });

  for (const path of ["/hang", "/stall"]) {
    clientTest(`a kill ends its requests at ${path}, and nobody else's`, function* (client) {
      const fibers = asking((signal) => client.ask(site.url + path, { signal }));
      const others = numbers(20).map((n) => spawn(() => askFor(client, n)));
      yield* until(site.underWay(fibers.length));
      yield* killAll(fibers);
      expect(fibers.map(({ status }) => status)).toEqual(fibers.map(() => "killed"));
      yield* until(site.underWay(0));
      for (const other of others) expect((yield* other).status).toBeLessThan(400);
      // Whoever comes next finds a pool that works.
      for (const n of numbers(20)) yield* until(askFor(client, n));
    });
  }

  if (!keepsConnecting) {
    clientTest("a kill ends those that are still connecting", function* (client) {
      const url = `https://127.0.0.1:${site.mutePort}/`;
      const fibers = asking((signal) => client.ask(url, { signal }));
      yield* until(site.connecting(fibers.length));
      yield* killAll(fibers);
      yield* until(site.connecting(0));
    });
  }

  clientTest("a kill at any moment leaves a pool that works", function* (client) {
    for (const turns of numbers(10)) {
      const fibers = asking((signal) => client.ask(`${site.url}/bytes/50000`, { signal }));
      for (let i = 0; i < turns; i++) yield* sleep(0);
      yield* killAll(fibers);
    }
    for (const n of numbers(20)) yield* until(askFor(client, n));
  });

  clientTest("a timeout ends the request by the signal of until", function* (client) {
    const fiber = spawn(function* () {
      const ask = until((signal) => client.ask(`${site.url}/stall`, { signal }));
      return yield* withTimeout(300, ask, { value: "late" });
    });
    expect(yield* fiber).toBe("late");
    yield* until(site.underWay(0));
  });
}

const textOf = ({ status, body }: Answer): [number, string] => [
  status,
  Buffer.from(body).toString("latin1"),
];

async function outcomeOf(asked: Promise<unknown>): Promise<unknown> {
  try {
    return shown((await asked) as Answer);
  } catch (error) {
    return looksOf(error);
  }
}

const shown = (answer: Answer): unknown => ["gave", ...textOf(answer)];

/** What a program may look at in an error. */
function looksOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, code, cause } = error as Error & { code?: unknown };
  // Some name the port that the client had.
  const message = error.message.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:port");
  return { type: error.constructor.name, name, message, code, cause: cause && looksOf(cause) };
}
