/** What a SharedArray of a manager is in its server: so many values, no more and no less. */
export class ArrayObject {
  readonly #items: unknown[];

  constructor(_typecode: string, sizeOrItems: number | Iterable<unknown>) {
    this.#items =
      typeof sizeOrItems === "number" ? new Array(sizeOrItems).fill(0) : [...sizeOrItems];
  }

  get(index: number): unknown {
    return this.#items[this.#place(index)];
  }

  set(index: number, value: unknown): void {
    this.#items[this.#place(index)] = value;
  }

  length(): number {
    return this.#items.length;
  }

  slice(start?: number, end?: number): unknown[] {
    return this.#items.slice(start, end);
  }

  #place(index: number): number {
    const { length } = this.#items;
    const place = index < 0 ? length + index : index;
    if (Number.isInteger(place) && place >= 0 && place < length) return place;
    throw new RangeError(`Cannot reach item ${index} of an array of ${length}`);
  }
}
