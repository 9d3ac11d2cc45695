import { getHub, sleep, spawn, Timeout } from "fibril";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

test(
  "in an async body it strikes the Wait that is awaited",
  virtually(function* () {
    const fiber = spawn(async () => {
      const timeout = Timeout.start(10);
      await Promise.resolve();
      const caught = await sleep("1 hour").then(undefined, (error) => error === timeout);
      return [caught, timeout.isMine];
    });
    expect(yield* fiber).toEqual([true, true]);
    expect(getHub().now()).toBe(10);
  }),
);

test(
  "in an async body that awaits no Wait just then, it strikes the next one",
  virtually(function* () {
    const fiber = spawn(async () => {
      const timeout = Timeout.start(0);
      for (let i = 0; i < 10; i++) await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      return await sleep(5).then(undefined, (error) => error === timeout);
    });
    expect(yield* fiber).toBe(true);
  }),
);
