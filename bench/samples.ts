/** What was measured: for each case and column, every sample of every round. */
export class Samples {
  readonly #values = new Map<string, number[]>();

  add(key: string, column: string, value: number): void {
    const id = `${key} ${column}`;
    const values = this.#values.get(id);
    if (values === undefined) this.#values.set(id, [value]);
    else values.push(value);
  }

  /** Adds what a program printed: a JSON line with `key` and `value` for each sample. */
  addLines(column: string, lines: readonly string[]): void {
    for (const line of lines) {
      const { key, value } = JSON.parse(line) as { readonly key: string; readonly value: number };
      this.add(key, column, value);
    }
  }

  /** Undefined where nothing was measured. */
  median(key: string, column: string): number | undefined {
    const sorted = [...(this.#values.get(`${key} ${column}`) ?? [])].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    const upper = sorted[middle];
    const lower = sorted[middle - 1];
    if (upper === undefined || lower === undefined || sorted.length % 2 === 1) return upper;
    return (lower + upper) / 2;
  }
}
