import { afterAll, describe, expect, test } from "vitest";
import { Broker } from "../../src/process/broker/broker.ts";
import { home } from "../../src/process/family.ts";
import { Cursor, countBetween } from "../../src/process/ring/cursor.ts";
import { BUSY, type Flow, type FlowLimits, NONE, UNLIMITED } from "../../src/process/ring/flow.ts";
import { Latch } from "../../src/process/ring/latch.ts";
import { makeFlow } from "../../src/process/ring/open-flow.ts";
import { type Found, RingReader, RingWriter } from "../../src/process/ring/ring.ts";
import { RingFile } from "../../src/process/ring/ring-file.ts";
import { CELL_WORDS, STATE, WAITED } from "../../src/process/shm/layout.ts";

const member = home(64);
const keeping = Broker.found(64);
afterAll(() => {
  member.leave();
  keeping.leave();
});

/** Both sides of a ring without anything around it. */
function bareRing() {
  const [items, space] = [member.arena.allocate(1, WAITED), member.arena.allocate(1, WAITED)];
  const file = RingFile.create();
  const cursor = (cell: number) => new Cursor(member.words, cell);
  const writer = new RingWriter(file, cursor(items), cursor(space));
  const reader = new RingReader(file, cursor(space));
  return { file, writer, reader, items, space };
}

function put(writer: RingWriter, message: Uint8Array): void {
  writer.cursor.load();
  writer.write(message);
  writer.cursor.commit(1);
}

function get(reader: RingReader): Uint8Array {
  const found: Found = { bytes: Buffer.alloc(0), start: 0, end: 0 };
  reader.cursor.load();
  reader.read(found);
  const message = new Uint8Array(found.bytes.subarray(found.start, found.end));
  reader.cursor.commit(1);
  return message;
}

/** Numbers that are the same in each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const SIZES = [0, 1, 3, 4, 100, 4096, 60_000, 61_436, 65_532, 65_533, 200_000];

describe("a ring", () => {
  test.each([1, 2, 3])("gives messages of any size back in order, seed %i", (seed) => {
    const { writer, reader } = bareRing();
    const next = random(seed);
    const waiting: Uint8Array[] = [];
    for (let step = 0; step < 2000; step++) {
      if (next() < (step < 1000 ? 0.55 : 0.4)) {
        const size = SIZES[Math.floor(next() * SIZES.length)] as number;
        const message = new Uint8Array(size).fill(step);
        put(writer, message);
        waiting.push(message);
      } else if (waiting.length > 0) {
        const [got, expected] = [get(reader), waiting.shift() as Uint8Array];
        expect(Buffer.compare(got, expected)).toBe(0);
      }
      expect(countBetween(writer.cursor, reader.cursor)).toBe(waiting.length);
    }
  });

  test("uses its memory again, and grows only for what is in it at a time", () => {
    const { file, writer, reader } = bareRing();
    const rounds = (count: number) => {
      for (let i = 0; i < count; i++) {
        for (const size of [100_000, 10, 30_000]) put(writer, new Uint8Array(size));
        for (let k = 0; k < 3; k++) get(reader);
      }
    };
    rounds(10);
    const { size } = file;
    rounds(500);
    expect(file.size).toBe(size);
    expect(size).toBeLessThan(1 << 20);
  });

  test("shows nothing of a message before it is committed", () => {
    const { writer, reader } = bareRing();
    put(writer, Uint8Array.of(1));
    writer.cursor.load();
    writer.write(new Uint8Array(100_000).fill(9));
    expect(countBetween(writer.cursor, reader.cursor)).toBe(1);
    put(writer, Uint8Array.of(2));
    expect([get(reader)[0], get(reader)[0]]).toEqual([1, 2]);
    expect(countBetween(writer.cursor, reader.cursor)).toBe(0);
  });

  test("counts on where the number of messages begins anew", () => {
    const { writer, reader, items, space } = bareRing();
    // Both have seen 2 ** 30 - 2 messages.
    for (const cell of [items, space]) member.words[cell * CELL_WORDS + STATE] = (2 ** 30 - 2) << 1;
    for (let i = 0; i < 5; i++) put(writer, Uint8Array.of(i));
    expect(countBetween(writer.cursor, reader.cursor)).toBe(5);
    expect(Array.from({ length: 5 }, () => get(reader)[0])).toEqual([0, 1, 2, 3, 4]);
    expect(countBetween(writer.cursor, reader.cursor)).toBe(0);
    expect(Atomics.load(member.words, items * CELL_WORDS + STATE)).toBeGreaterThanOrEqual(0);
  });
});

describe("a latch", () => {
  test("keeps others out, and says that somebody was turned away", () => {
    const latch = Latch.create(member);
    expect(latch.mark()).toBe(false);
    expect(latch.take()).toBe(true);
    expect(latch.take()).toBe(false);
    expect(latch.release()).toBe(false);
    expect(latch.take()).toBe(true);
    expect(latch.mark()).toBe(true);
    expect(latch.release()).toBe(true);
    expect(latch.take()).toBe(true);
    expect(latch.release()).toBe(false);
  });
});

const bytes = ({ bytes, start, end }: Found) => [...bytes.subarray(start, end)];

/** Where the messages lie: in shared memory, or in the process that keeps them for all. */
const kinds: Readonly<Record<string, (limits: FlowLimits) => Flow>> = {
  "in a ring": (limits) => makeFlow(member, limits),
  "that is kept": (limits) => makeFlow(keeping, limits),
};

describe.each(Object.entries(kinds))("a flow %s", (_kind, make) => {
  test("keeps a message whose reader throws, in its place", () => {
    const flow = make(UNLIMITED);
    flow.offer(Uint8Array.of(7));
    flow.offer(Uint8Array.of(8));
    expect(() =>
      flow.take(() => {
        throw new Error("unreadable");
      }),
    ).toThrow("unreadable");
    expect([flow.count, flow.take(bytes), flow.take(bytes)]).toEqual([2, [7], [8]]);
    expect(flow.take(bytes)).toBe(NONE);
  });

  test("takes in no more messages than it may", () => {
    const flow = make({ ...UNLIMITED, count: 2 });
    const offers = [1, 2, 3].map((byte) => flow.offer(Uint8Array.of(byte)));
    expect(offers).toEqual([true, true, false]);
    expect([flow.isFull, flow.count]).toEqual([true, 2]);
    flow.take(bytes);
    expect(flow.offer(Uint8Array.of(4))).toBe(true);
  });

  test("takes in no more bytes than it may, and one message of any size", () => {
    const flow = make({ ...UNLIMITED, bytes: 1000, calm: 500 });
    expect(flow.offer(new Uint8Array(5000))).toBe(true);
    expect(flow.offer(new Uint8Array(1))).toBe(false);
    flow.take(bytes);
    expect([flow.offer(new Uint8Array(1)), flow.offer(new Uint8Array(999))]).toEqual([true, true]);
    expect(flow.isFull).toBe(true);
  });
});

describe("a flow in a ring", () => {
  test("is busy for who comes in the middle of a step", () => {
    const flow = makeFlow(member, UNLIMITED);
    flow.offer(Uint8Array.of(1));
    expect(flow.take(() => [flow.take(bytes), flow.offer(Uint8Array.of(2))])).toEqual([BUSY, true]);
    expect(flow.take(bytes)).toEqual([2]);
  });
});
