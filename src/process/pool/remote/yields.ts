import { EACH, ERROR, OUTCOMES, VALUE } from "../wire.ts";

/** How a task ended, before it is made ready to go. */
export interface Result {
  readonly kind: number;
  readonly value: unknown;
}

export const valued = (value: unknown): Result => ({ kind: VALUE, value });
export const failed = (value: unknown): Result => ({ kind: ERROR, value });

/** What came of the items of a task so far. */
export class Yields {
  readonly #isEach: boolean;
  readonly #values: unknown[] = [];
  readonly #errors: [number, unknown][] = [];

  constructor(how: number) {
    this.#isEach = (how & EACH) !== 0;
  }

  add(value: unknown): void {
    this.#values.push(value);
  }

  /** Gives the result of the whole task, if that ends with it. */
  fail(error: unknown): Result | undefined {
    if (!this.#isEach) return failed(error);
    this.#errors.push([this.#values.length, error]);
    this.#values.push(null);
    return undefined;
  }

  result(): Result {
    if (!this.#isEach) return valued(this.#values);
    return { kind: OUTCOMES, value: { values: this.#values, errors: this.#errors } };
  }
}
