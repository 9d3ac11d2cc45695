import { type CFunction, FAILURE, type Foreign, type TypeNames, translate } from "./foreign.ts";

/** The part of bun:ffi that is used here. */
interface BunFfi {
  dlopen(
    library: string,
    signatures: Readonly<Record<string, { args: string[]; returns: string }>>,
  ): { readonly symbols: Record<string, CFunction> };
  toArrayBuffer(pointer: unknown, offset: number, size: number): ArrayBuffer;
}

const names: TypeNames = {
  int: "i32",
  size: "u64",
  offset: "i64",
  pointer: "ptr",
  bytes: "ptr",
};

/** Calls C by bun:ffi. */
export function bunForeign(): Foreign {
  const ffi = process.getBuiltinModule("bun:ffi") as unknown as BunFfi;
  return {
    nullPointer: null,
    load(library, signatures) {
      const words = translate(signatures, names, (takes, gives) => ({
        args: takes,
        returns: gives,
      }));
      return ffi.dlopen(library, words).symbols;
    },
    view: (pointer, size) => ffi.toArrayBuffer(pointer, 0, size),
    // Bun's pointers are doubles: the nearest one is 2 ** 64.
    isFailure: (pointer) => (pointer as number) >= Number(FAILURE),
  };
}
