import readline from "node:readline";
import readlinePromises from "node:readline/promises";
import { PassThrough } from "node:stream";
import { sleep, spawn, until, withTimeout } from "fibril";
import { expect, test } from "vitest";
import { deferred, parkOf, patched, yielding } from "./in-fiber.ts";

/** Streams as a terminal's. */
const terminal = () => ({ input: new PassThrough(), output: new PassThrough() });

test(
  "a question takes yield*, and is withdrawn by a timeout",
  patched({ readline: true }, function* () {
    const streams = terminal();
    const lines = readlinePromises.createInterface(streams);
    const asking = lines.question("name? ");
    streams.input.write("Bob\n");
    expect(yield* yielding(asking)).toBe("Bob");
    const late = withTimeout(5, until(lines.question("age? ")), { value: "late" });
    expect(yield* late).toBe("late");
    const again = lines.question("sure? ");
    streams.input.write("yes\n");
    expect(yield* yielding(again)).toBe("yes");
    lines.close();
  }),
);

test(
  "an interface is closed with its fiber, whose park names the question",
  patched({ readline: true }, function* () {
    const closed = [deferred(), deferred()] as const;
    const fiber = spawn(function* () {
      readline.createInterface(terminal()).on("close", () => closed[0].done());
      const lines = readlinePromises.createInterface(terminal());
      lines.on("close", () => closed[1].done());
      yield* yielding(lines.question("name? "));
    });
    yield* sleep();
    expect(parkOf(fiber)).toBe("readline.question");
    yield* fiber.kill();
    yield* until(Promise.all(closed.map(({ promise }) => promise)));
  }),
);

test(
  "a question with a callback is withdrawn from an interface that lives on",
  patched({ readline: true }, function* () {
    const streams = terminal();
    const lines = readline.createInterface(streams);
    const answers: string[] = [];
    const fiber = spawn(function* () {
      lines.question("name? ", (name) => answers.push(`killed: ${name}`));
      yield* sleep("1 minute");
    });
    yield* sleep();
    yield* fiber.kill();
    const answered = deferred();
    lines.question("age? ", {}, (age) => {
      answers.push(age);
      answered.done();
    });
    streams.input.write("42\n");
    yield* until(answered.promise);
    expect(answers).toEqual(["42"]);
    lines.close();
  }),
);
