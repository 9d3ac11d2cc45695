/** Objects by name, each once, as long as anybody has them. */
export class WeakCache<V extends object> {
  readonly #refs: Map<string, WeakRef<V>> = new Map();
  readonly #forgotten: FinalizationRegistry<string> = new FinalizationRegistry((name) => {
    if (this.#refs.get(name)?.deref() === undefined) this.#refs.delete(name);
  });

  /** The object of a name, made by `make` if there is none. */
  get(name: string, make: () => V): V {
    const known = this.#refs.get(name)?.deref();
    if (known !== undefined) return known;
    const made = make();
    this.#refs.set(name, new WeakRef(made));
    this.#forgotten.register(made, name);
    return made;
  }

  /** All that somebody has. */
  *values(): Generator<V, void, void> {
    for (const ref of this.#refs.values()) {
      const value = ref.deref();
      if (value !== undefined) yield value;
    }
  }
}
