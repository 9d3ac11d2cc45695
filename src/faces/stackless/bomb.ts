/** An error on its way to where a value is awaited: it is thrown there. */
export class Bomb {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}
