import { increased, isEqual } from "./key.ts";

/** What a Value of a manager is in its server: any one value. */
export class ValueObject {
  #value: unknown;

  /** @param _typecode is for those who come from Python, where it says nothing either. */
  constructor(_typecode: string, value: unknown = 0) {
    this.#value = value;
  }

  get(): unknown {
    return this.#value;
  }

  set(value: unknown): void {
    this.#value = value;
  }

  add(by: number): number {
    const value = increased(this.#value, by, "a Value");
    this.#value = value;
    return value;
  }

  compareAndSet(expected: unknown, value: unknown): boolean {
    if (!isEqual(this.#value, expected)) return false;
    this.#value = value;
    return true;
  }
}
