import { GreenletExit, joinAll, kill, sleep, spawn } from "fibril";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

class Stop extends Error {
  override readonly name = "Stop";
}

test.each([
  ["an error", new Stop(), "failure"],
  ["a class of errors", Stop, "failure"],
  ["Error itself", Error, "failure"],
  ["a GreenletExit", new GreenletExit("mine"), "killed"],
  ["the class GreenletExit", GreenletExit, "killed"],
  ["a number", 42, "failure"],
  ["null", null, "failure"],
] as const)("killed with %s, a fiber gets just that", (_what, reason, status) =>
  virtually(function* () {
    const caught: unknown[] = [];
    const started = spawn(function* () {
      try {
        yield* sleep("1 hour");
      } catch (error) {
        caught.push(error);
        throw error;
      }
    });
    yield* sleep();
    const unstarted = spawn(() => sleep(1));
    for (const fiber of [started, unstarted]) {
      yield* fiber.kill(reason);
      expect(fiber.status).toBe(status);
      const exception = fiber.exception;
      if (typeof reason === "function") expect(exception).toBeInstanceOf(reason);
      else expect(exception).toBe(reason);
      expect(yield* thrownBy(fiber.get())).toBe(exception);
    }
    expect(caught).toEqual([started.exception]);
  })(),
);

test(
  "a GreenletExit that comes from another fiber, uncaught, is a failure like any other",
  virtually(function* () {
    const killed = spawn(() => sleep("1 hour"));
    void kill(killed);
    const joiner = spawn(() => killed.get());
    const thrower = spawn(() => {
      throw new GreenletExit("made up");
    });
    yield* joinAll([joiner, thrower], { raiseError: false });
    expect([joiner.status, thrower.status]).toEqual(["failure", "failure"]);
    expect(joiner.exception).toBe(killed.exception);
  }),
);
