import * as Duration from "effect/Duration";
import * as Option from "effect/Option";
import { expect, test } from "vitest";
import { readDuration } from "../../src/examples/crawler/options.ts";

test.each([
  ["500", 500],
  ["0.5", 0.5],
  ["500 millis", 500],
  ["10 seconds", 10_000],
  ["1.5 minutes", 90_000],
  ["Infinity", Number.POSITIVE_INFINITY],
])('"%s" means %d ms', (text, milliseconds) => {
  expect(Option.map(readDuration(text), Duration.toMillis)).toEqual(Option.some(milliseconds));
});

test.each(["", "soon", "10 parsecs", "-1", "-1 seconds", "NaN", "1e3x"])(
  '"%s" is no time',
  (text) => {
    expect(readDuration(text)).toEqual(Option.none());
  },
);
