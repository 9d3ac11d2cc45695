/** A type of C, as every way to call C knows it. `offset` is off_t, `bytes` a Uint8Array. */
export type CType = "int" | "size" | "offset" | "pointer" | "bytes";

/** How a C function is called. */
export interface Signature {
  readonly takes: readonly CType[];
  readonly gives: "int" | "offset" | "pointer";
}

/** An `int` is a number, `size` and `offset` are taken as bigints; a pointer is whatever the way has for it. */
export type CFunction = (...args: unknown[]) => unknown;

/** A way to call C from JavaScript. Every runtime has another one, and they differ in words only. */
export interface Foreign {
  readonly nullPointer: unknown;
  load(library: string, signatures: Readonly<Record<string, Signature>>): Record<string, CFunction>;
  /** The memory itself, not a copy. */
  view(pointer: unknown, size: number): ArrayBuffer;
  /** Whether it is (void *)-1, by which C says that it failed. */
  isFailure(pointer: unknown): boolean;
}

/** (void *)-1 as an address. */
export const FAILURE: bigint = 2n ** 64n - 1n;

/** The names that one way has for the types of C. */
export type TypeNames = Readonly<Record<CType, string>>;

/** Every signature with its types renamed. */
export function translate<S>(
  signatures: Readonly<Record<string, Signature>>,
  names: TypeNames,
  word: (takes: string[], gives: string) => S,
): Record<string, S> {
  return Object.fromEntries(
    Object.entries(signatures).map(([name, { takes, gives }]) => [
      name,
      word(
        takes.map((type) => names[type]),
        names[gives],
      ),
    ]),
  );
}
