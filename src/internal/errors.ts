/** A fault of our own, never of the caller: whoever sees one has found a bug in fibril. */
export class InternalError extends Error {
  override readonly name: string = "InternalError";

  constructor(what: string, options?: ErrorOptions) {
    super(`${what}. This is a bug in fibril, please report it`, options);
  }
}
