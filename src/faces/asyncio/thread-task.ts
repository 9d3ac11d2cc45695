/** What a thread is to do: a function by its source, or an export of a module by its name. */
export type Task =
  | {
      readonly kind: "source";
      readonly source: string;
      /** For errors. */
      readonly name: string;
      readonly args: readonly unknown[];
    }
  | {
      readonly kind: "export";
      readonly module: string;
      readonly name: string;
      readonly args: readonly unknown[];
    };

/** What it gives back. */
export type Outcome = { readonly value: unknown } | { readonly error: PackedError };

/** An error on its way between threads, where a structured clone would lose its name and its data. */
export type PackedError =
  | { readonly thrown: unknown }
  | {
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly cause?: PackedError;
      readonly data: Readonly<Record<string, unknown>>;
    };

type ErrorClass = new (message: string) => Error;

/** The error as it was; of a class that JavaScript itself has not, an Error with its name and data. */
export function unpack(packed: PackedError): unknown {
  if ("thrown" in packed) return packed.thrown;
  const known = (globalThis as unknown as Record<string, unknown>)[packed.name];
  const Kind = (isErrorClass(known) ? known : Error) as ErrorClass;
  const error = new Kind(packed.message);
  if (error.name !== packed.name) define(error, "name", packed.name);
  define(error, "stack", packed.stack);
  if (packed.cause !== undefined) define(error, "cause", unpack(packed.cause));
  return Object.assign(error, packed.data);
}

function isErrorClass(known: unknown): boolean {
  return typeof known === "function" && Object.prototype.isPrototypeOf.call(Error, known);
}

/** As JavaScript itself defines them: not enumerable. */
function define(error: Error, property: string, value: unknown): void {
  Object.defineProperty(error, property, { value, configurable: true, writable: true });
}
