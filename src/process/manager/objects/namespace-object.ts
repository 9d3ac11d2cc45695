/** What a Namespace of a manager is in its server: names and values, in no object of the language's. */
export class NamespaceObject {
  readonly #attributes: Map<string, unknown>;

  constructor(attributes: Readonly<Record<string, unknown>> = {}) {
    this.#attributes = new Map(Object.entries(attributes));
  }

  get(name: string): unknown {
    if (this.#attributes.has(name)) return this.#attributes.get(name);
    throw new ReferenceError(`Cannot get "${name}" of a Namespace: it has no such attribute`);
  }

  set(name: string, value: unknown): void {
    this.#attributes.set(String(name), value);
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  delete(name: string): boolean {
    return this.#attributes.delete(name);
  }

  entries(): [string, unknown][] {
    return [...this.#attributes];
  }
}
