import { Buffer } from "node:buffer";
import { loadMany, type ViewType } from "../shm/atomics.ts";
import { encodeNumber, encodeTaken, FULL, NO, type Request, YES } from "./requests.ts";
import { Stocks } from "./stocks.ts";

/** The answer where there is nothing to say. */
const DONE = "0";

/** All others do not need as many arguments. */
type AtomicStep = "compareExchange";
type View = Record<number, number | bigint>;

const viewTypes: Readonly<Record<string, ViewType<object>>> = {
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
};

/** What a process holds for others, and the steps that those ask for. */
export class HeldMemory {
  readonly stocks: Stocks;
  readonly #buffer: ArrayBuffer;
  readonly #views: Map<string, View> = new Map();

  /** @param size in bytes, a multiple of 8. */
  constructor(size: number) {
    this.#buffer = new ArrayBuffer(size);
    this.stocks = new Stocks(new Int32Array(this.#buffer));
  }

  view<V extends object>(type: ViewType<V>, offset: number, length: number): V {
    return new type(this.#buffer, offset, length);
  }

  /** Does a step for the process `pid`, and gives the answer. */
  perform(request: Required<Request>, pid: number): Uint8Array {
    const { step, at, a } = request;
    if (step === "flow.take") return encodeTaken(this.stocks.take(at, Number(a)));
    const answer = step.startsWith("flow.")
      ? this.#performFlow(request, pid)
      : this.#performWord(request);
    return Buffer.from(answer, "latin1");
  }

  #performFlow({ step, at, a, b, message }: Required<Request>, pid: number): string {
    const { stocks } = this;
    switch (step) {
      case "flow.make":
        stocks.make(at, Number(a));
        return DONE;
      case "flow.open":
        return stocks.open(at, pid) ? YES : NO;
      case "flow.close":
        stocks.close(at, pid);
        return DONE;
      case "flow.send":
        return String(stocks.send(at));
      case "flow.arrive":
        stocks.arrive(at, Number(a));
        return DONE;
      case "flow.put":
        return String(stocks.put(at, message, { count: Number(a), bytes: Number(b) }) ?? FULL);
      case "flow.giveBack":
        return String(stocks.giveBack(at, message, Number(a)));
      case "flow.report":
        return stocks.report(at, Number(a), Number(b)) ? YES : NO;
      default: {
        const { count, bytes } = stocks.measure(at);
        return `${count} ${bytes}`;
      }
    }
  }

  #performWord({ step, type, at, a, b }: Required<Request>): string {
    const view = this.#viewOf(type);
    switch (step) {
      case "many":
        return [...loadMany(view, at, Number(a), Number(b))].join(" ");
      case "get":
        return encodeNumber(view[at] as number);
      case "set":
        view[at] = a;
        return DONE;
      default:
        return encodeNumber(Atomics[step as AtomicStep](view as never, at, a as never, b as never));
    }
  }

  #viewOf(type: string): View {
    const known = this.#views.get(type);
    if (known !== undefined) return known;
    const made = viewTypes[type] as ViewType<object> & { readonly BYTES_PER_ELEMENT: number };
    const { byteLength } = this.#buffer;
    const view = this.view(made, 0, Math.floor(byteLength / made.BYTES_PER_ELEMENT)) as View;
    this.#views.set(type, view);
    return view;
  }
}
