import { AsyncLocalStorage } from "node:async_hooks";
import { sleep, spawn, type Yieldable } from "fibril";
import { type Greenlet, getCurrent, greenlet } from "fibril/greenlet";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

type Body = Generator<Yieldable<unknown>, void, unknown>;

test(
  "a greenlet has the async context of the fiber that drives it, also when another one takes it over",
  virtually(function* () {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    let suspended: Greenlet | undefined;
    function* first(): Body {
      const own = getCurrent();
      suspended = greenlet(function* (): Body {
        seen.push(storage.getStore());
        yield* sleep(1);
        seen.push(storage.getStore());
        yield* own.switch();
        seen.push(storage.getStore());
      });
      yield* suspended.switch();
    }
    yield* storage.run("first fiber", () => spawn(first));
    yield* storage.run("second fiber", () => spawn(() => (suspended as Greenlet).switch()));
    expect(seen).toEqual(["first fiber", "first fiber", "second fiber"]);
    expect(suspended?.dead).toBe(true);
  }),
);
