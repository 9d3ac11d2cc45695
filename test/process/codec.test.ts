import { Queue } from "fibril/queue";
import { Event } from "fibril/sync";
import { describe, expect, test } from "vitest";
import { decode, encode } from "../../src/process/codec/codec.ts";
import { register } from "../../src/process/mod.ts";

/** What comes back, typed as what went: the tests find out whether it is. */
function sent<A>(value: A): A {
  return decode(encode(value)) as A;
}

/** The way that a value takes: the first byte. */
function tagOf(value: unknown): number | undefined {
  return encode(value)[0];
}

const BYTES = 0;
const TEXT = 1;
const JSON_TEXT = 2;

describe("a value comes back equal", () => {
  const shared = { a: 1 };
  const sparse: unknown[] = [1, 2, 3];
  delete sparse[1];
  const values: Record<string, unknown> = {
    null: null,
    undefined: undefined,
    "a string": "héllo 🌍",
    "a lone surrogate": "\ud800x",
    "an empty string": "",
    "negative zero": -0,
    "not a number": [Number.NaN, Number.POSITIVE_INFINITY],
    "a bigint": 2n ** 70n,
    "plain data": { a: [1, "two", { three: null }], b: true },
    "a property that is undefined": { a: undefined },
    "an own __proto__": JSON.parse('{"__proto__": {"a": 1}}'),
    "an object with toJSON": { toJSON: "no function" },
    holes: sparse,
    "an array with properties": "ab".match(/b/),
    "a date": new Date(5),
    "a regular expression": /a+/gi,
    "a map": new Map<unknown, unknown>([
      [1, { a: 2 }],
      [shared, new Set([shared])],
    ]),
    "typed arrays": [
      new Float64Array([1.5, 2]),
      new Uint8Array([1, 2]),
      new DataView(new ArrayBuffer(4)),
    ],
    "an ArrayBuffer": new Uint8Array([1, 2]).buffer,
    "a boxed string": Object("s"),
  };
  for (const [name, value] of Object.entries(values)) {
    test(name, () => {
      expect(sent(value)).toStrictEqual(value);
    });
  }

  test("deep data", () => {
    let deep: unknown = "core";
    for (let depth = 0; depth < 500; depth++) deep = { deep };
    expect(sent(deep)).toStrictEqual(deep);
  });

  test("with its identities: cycles, and one object in two places", () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle["self"] = cycle;
    expect(sent(cycle)["self"]).toSatisfy((self) => (self as typeof cycle)["self"] === self);
    const [first, second] = sent([shared, shared]);
    expect(first).toBe(second);
  });

  test("and no byte of it is shared with the message", () => {
    const [floats, bytes, buffer] = sent([
      new Float64Array([1, 2]),
      new Uint8Array([1, 2, 3]).subarray(1),
      Buffer.from("hi"),
    ] as const);
    expect([floats.buffer.byteLength, bytes.buffer.byteLength, buffer.buffer.byteLength]).toEqual([
      16, 2, 2,
    ]);
    expect(buffer).toBeInstanceOf(Buffer);
    const message = encode(new Uint8Array([7]));
    const back = decode(message) as Uint8Array;
    message.fill(0);
    expect(back).toEqual(new Uint8Array([7]));
  });
});

describe("the fastest way that is exact is taken", () => {
  test("JSON for plain trees only", () => {
    expect(tagOf({ a: [1, "x", null, true, { b: 2 }] })).toBe(JSON_TEXT);
    const twice = { a: 1 };
    const sparse = new Array(2);
    for (const other of [
      { a: undefined },
      [-0],
      [Number.NaN],
      [twice, twice],
      sparse,
      new Map(),
      1n,
    ]) {
      expect(tagOf(other)).not.toBe(JSON_TEXT);
    }
  });

  test("bytes and strings as they are", () => {
    expect(tagOf(new Uint8Array(3))).toBe(BYTES);
    expect(tagOf("text")).toBe(TEXT);
  });
});

class PaymentError extends Error {
  override readonly name = "PaymentError";
  readonly cents: number;

  constructor(cents: number) {
    if (typeof cents !== "number") throw new Error("The constructor must not run");
    super(`${cents} cents are missing`);
    this.cents = cents;
  }
}
register("PaymentError", PaymentError);

class Point {
  readonly #x: number;
  readonly next: Point | undefined;

  constructor(x: number, next?: Point) {
    this.#x = x;
    this.next = next;
  }

  get x(): number {
    return this.#x;
  }
}
register("Point", Point, {
  pack: (point) => ({ x: point.x, next: point.next }),
  unpack: ({ x, next }) => new Point(x, next),
});

describe("an error comes back", () => {
  test("with its class, stack, cause and data", () => {
    const error = Object.assign(new TypeError("boom", { cause: new RangeError("why") }), {
      code: "E_BOOM",
      details: new Map([[1, 2]]),
    });
    const back = sent({ error }).error;
    expect(back).toBeInstanceOf(TypeError);
    expect(back).toMatchObject({ message: "boom", code: "E_BOOM", stack: error.stack });
    expect(back.details).toEqual(new Map([[1, 2]]));
    expect(back.cause).toBeInstanceOf(RangeError);
    expect(Object.keys(back)).toEqual(["code", "details"]);
  });

  test("with its errors", () => {
    const back = sent(new AggregateError([new RangeError("one"), "two"], "several"));
    expect(back).toBeInstanceOf(AggregateError);
    expect(back.errors[0]).toBeInstanceOf(RangeError);
    expect(back.errors[1]).toBe("two");
  });

  test("with a registered class, whose constructor does not run", () => {
    const back = sent(new PaymentError(5));
    expect(back).toBeInstanceOf(PaymentError);
    expect(back).toMatchObject({ name: "PaymentError", message: "5 cents are missing", cents: 5 });
  });

  test("with the name of a class that is not known", () => {
    class Unheard extends Error {
      override readonly name = "Unheard";
    }
    const back = sent(new Unheard("of"));
    expect(back).toBeInstanceOf(Error);
    expect([back.name, back.message]).toEqual(["Unheard", "of"]);
  });

  test("without the data that can't go", () => {
    const error = Object.assign(new Error("kept", { cause: () => 1 }), {
      callback: () => 1,
      ok: 1,
    });
    const back = sent(error);
    expect(back.ok).toBe(1);
    expect(back).not.toHaveProperty("callback");
    expect(back.cause).toBe(String(error.cause));
  });

  test("that is its own cause", () => {
    const error = new Error("loop");
    error.cause = error;
    const back = sent(error);
    expect(back.cause).toBe(back);
  });

  test("as one object where it stands in two places", () => {
    const error = new Error("twice");
    const back = sent(
      new Map([
        ["a", error],
        ["b", error],
      ]),
    );
    expect(back.get("a")).toBe(back.get("b"));
  });
});

describe("objects of a registered class", () => {
  test("are made by its functions, also inside of each other", () => {
    const back = sent({ points: new Set([new Point(1, new Point(2))]) });
    const [point] = back.points;
    expect(point).toBeInstanceOf(Point);
    expect([point?.x, point?.next?.x]).toEqual([1, 2]);
  });

  test("name the modules that register them", () => {
    const modules = new Set<string>();
    encode([new Point(1), new PaymentError(1)], modules);
    expect([...modules]).toEqual([import.meta.url]);
  });
});

describe("what can't go is refused by its path", () => {
  class Stranger {}
  const cases: [value: unknown, path: string, what: string][] = [
    [() => 1, "$", "a function"],
    [{ job: { callback: parseInt } }, "$.job.callback", 'the function "parseInt"'],
    [{ "a b": [1, Symbol("s")] }, '$["a b"][1]', "Symbol(s)"],
    [new Map([["key", Promise.resolve()]]), '$.get("key")', "a Promise"],
    [[new Stranger()], "$[0]", "an object of class Stranger"],
    [{ shared: new SharedArrayBuffer(1) }, "$.shared", "a SharedArrayBuffer"],
    [[new Uint8Array(new SharedArrayBuffer(1))], "$[0]", "class Uint8Array"],
    [new WeakMap(), "$", "class WeakMap"],
    [{ queue: new Queue() }, "$.queue", "a Queue of this process; it lives"],
    [[new Event()], "$[0]", "use Event of fibril/process"],
  ];
  for (const [value, path, what] of cases) {
    test(`${path} is ${what}`, () => {
      expect(() => encode(value)).toThrow(`Cannot send ${path} to another process: it is `);
      expect(() => encode(value)).toThrow(what);
      expect(() => encode(value)).toThrow(
        expect.objectContaining({ name: "UnsendableError", path }),
      );
    });
  }

  test("and a message of another kind as well", () => {
    expect(() => decode(new Uint8Array([99]))).toThrow("Cannot decode a message of kind 99");
  });
});
