import { type CFunction, FAILURE, type Foreign, type TypeNames, translate } from "./foreign.ts";

/** The part of node:ffi that is used here. */
interface NodeFfi {
  dlopen(
    library: string,
    signatures: Readonly<Record<string, { arguments: string[]; return: string }>>,
  ): { readonly functions: Record<string, CFunction> };
  toArrayBuffer(pointer: unknown, size: number, copy: boolean): ArrayBuffer;
}

const names: TypeNames = {
  int: "i32",
  size: "u64",
  offset: "i64",
  pointer: "pointer",
  bytes: "pointer",
};

/** Calls C by node:ffi, which is experimental; undefined on a Node without it. */
export function nodeForeign(): Foreign | undefined {
  const ffi = process.getBuiltinModule("node:ffi") as unknown as NodeFfi | undefined;
  if (ffi === undefined) return undefined;
  return {
    nullPointer: 0n,
    load(library, signatures) {
      const words = translate(signatures, names, (takes, gives) => ({
        arguments: takes,
        return: gives,
      }));
      return ffi.dlopen(library, words).functions;
    },
    view: (pointer, size) => ffi.toArrayBuffer(pointer, size, false),
    isFailure: (pointer) => pointer === FAILURE,
  };
}
