import type { Keeper, Kept, Limits, Taken } from "../shm/keeper.ts";
import type { Asker } from "./asker.ts";
import { decodeTaken, FULL, textOf, YES } from "./requests.ts";

/** The messages that a broker in another process keeps. */
export class FarKeeper implements Keeper {
  readonly #asker: Asker;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  make(flow: number, space: number): void {
    this.#asker.ask({ step: "flow.make", at: flow, a: space });
  }

  open(flow: number): boolean {
    return textOf(this.#asker.ask({ step: "flow.open", at: flow })) === YES;
  }

  close(flow: number): void {
    this.#asker.ask({ step: "flow.close", at: flow });
  }

  send(flow: number): number {
    return Number(textOf(this.#asker.ask({ step: "flow.send", at: flow })));
  }

  arrive(flow: number, ticket: number): void {
    this.#asker.ask({ step: "flow.arrive", at: flow, a: ticket });
  }

  put(flow: number, message: Uint8Array, { count, bytes }: Limits): number | undefined {
    const request = { step: "flow.put", at: flow, a: count, b: bytes, message } as const;
    const answer = textOf(this.#asker.ask(request));
    return answer === FULL ? undefined : Number(answer);
  }

  take(flow: number, desk: number): Taken | undefined {
    return decodeTaken(this.#asker.ask({ step: "flow.take", at: flow, a: desk }));
  }

  giveBack(flow: number, message: Uint8Array, desk: number): number {
    return Number(textOf(this.#asker.ask({ step: "flow.giveBack", at: flow, a: desk, message })));
  }

  measure(flow: number): Kept {
    const [count, bytes] = textOf(this.#asker.ask({ step: "flow.measure", at: flow })).split(" ");
    return { count: Number(count), bytes: Number(bytes) };
  }

  report(flow: number, tasks: number, desk: number): boolean {
    const answer = this.#asker.ask({ step: "flow.report", at: flow, a: tasks, b: desk });
    return textOf(answer) === YES;
  }
}
