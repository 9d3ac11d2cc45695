import { describe, expect, test } from "vitest";
import { Stocks } from "../../src/process/broker/stocks.ts";
import { CELL_WORDS, countIn } from "../../src/process/shm/layout.ts";

const [FLOW, SPACE] = [1, 2];
const DESK = 3 * CELL_WORDS;
const UNLIMITED = { count: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
const [ONE, OTHER] = [101, 102];

/** A flow that the process ONE has open. */
function flowOf(words: Int32Array = new Int32Array(4 * CELL_WORDS)): Stocks {
  const stocks = new Stocks(words);
  stocks.make(FLOW, SPACE);
  stocks.open(FLOW, ONE);
  return stocks;
}

const isThere = (stocks: Stocks) => stocks.open(FLOW, OTHER);

describe("messages that are kept for processes", () => {
  test("are counted in the cells, and at the desk of who takes them", () => {
    const words = new Int32Array(4 * CELL_WORDS);
    const stocks = flowOf(words);
    for (const byte of [1, 2, 3]) stocks.put(FLOW, Uint8Array.of(byte), UNLIMITED);
    const [first, second] = [stocks.take(FLOW, DESK), stocks.take(FLOW, DESK)];
    expect([first?.message, second?.message]).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
    expect([countIn(words, FLOW), countIn(words, SPACE), words[DESK]]).toEqual([3, 2, 2]);
    stocks.giveBack(FLOW, Uint8Array.of(2), DESK);
    expect([countIn(words, SPACE), words[DESK]]).toEqual([1, 1]);
    expect(stocks.take(FLOW, DESK)?.message).toEqual(Uint8Array.of(2));
    expect(stocks.measure(FLOW)).toEqual({ count: 1, bytes: 1 });
  });

  test("are copies of what was put", () => {
    const stocks = flowOf();
    const message = Uint8Array.of(1);
    stocks.put(FLOW, message, UNLIMITED);
    message[0] = 2;
    expect(stocks.take(FLOW, 0)?.message).toEqual(Uint8Array.of(1));
  });

  test("stay as long as a process has the flow, or is about to get it", () => {
    const stocks = flowOf();
    stocks.open(FLOW, ONE);
    stocks.close(FLOW, ONE);
    const [first, second] = [stocks.send(FLOW), stocks.send(FLOW)];
    stocks.close(FLOW, ONE);
    // It is said once more when the process has ended that it was sent to.
    for (const ticket of [first, first]) stocks.arrive(FLOW, ticket);
    expect(isThere(stocks)).toBe(true);
    stocks.arrive(FLOW, second);
    stocks.close(FLOW, OTHER);
    expect(isThere(stocks)).toBe(false);
    expect(() => stocks.measure(FLOW)).toThrow("nobody has it any more");
  });

  test("go with the last process that had the flow", () => {
    const stocks = flowOf();
    stocks.open(FLOW, OTHER);
    stocks.forget(ONE);
    expect(stocks.measure(FLOW).count).toBe(0);
    stocks.forget(OTHER);
    expect(isThere(stocks)).toBe(false);
  });
});
