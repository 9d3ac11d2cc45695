import { type CFunction, FAILURE, type Foreign, type TypeNames, translate } from "./foreign.ts";

/** The part of Deno that is used here. */
interface DenoFfi {
  dlopen(
    library: string,
    signatures: Readonly<Record<string, { parameters: string[]; result: string }>>,
  ): { readonly symbols: Record<string, CFunction> };
  readonly UnsafePointerView: { getArrayBuffer(pointer: unknown, size: number): ArrayBuffer };
  readonly UnsafePointer: { value(pointer: unknown): bigint };
  readonly permissions: { querySync(what: { name: "ffi" }): { readonly state: string } };
}

const names: TypeNames = {
  int: "i32",
  size: "usize",
  offset: "i64",
  pointer: "pointer",
  bytes: "buffer",
};

/** Calls C by Deno.dlopen; undefined unless Deno was told to allow it, for it is not to ask now. */
export function denoForeign(): Foreign | undefined {
  const { Deno: deno } = globalThis as unknown as { readonly Deno: DenoFfi };
  if (deno.permissions.querySync({ name: "ffi" }).state !== "granted") return undefined;
  return {
    nullPointer: null,
    load(library, signatures) {
      const words = translate(signatures, names, (takes, gives) => ({
        parameters: takes,
        result: gives,
      }));
      return deno.dlopen(library, words).symbols;
    },
    view: (pointer, size) => deno.UnsafePointerView.getArrayBuffer(pointer, size),
    isFailure: (pointer) => BigInt(deno.UnsafePointer.value(pointer)) === FAILURE,
  };
}
