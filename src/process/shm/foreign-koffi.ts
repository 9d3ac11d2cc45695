import { createRequire } from "node:module";
import { type CFunction, FAILURE, type Foreign, type TypeNames } from "./foreign.ts";

/** The part of the package koffi that is used here. */
interface Koffi {
  load(library: string): {
    func(name: string, gives: string, takes: readonly string[]): CFunction;
  };
  view(pointer: unknown, size: number): ArrayBuffer;
  address(pointer: unknown): bigint;
}

const names: TypeNames = {
  int: "int",
  size: "size_t",
  offset: "int64_t",
  pointer: "void *",
  bytes: "void *",
};

/** Calls C by the package koffi. Throws whatever Node throws when it cannot be loaded. */
export function koffiForeign(): Foreign {
  const koffi = createRequire(import.meta.url)("koffi") as Koffi;
  return {
    nullPointer: null,
    load(library, signatures) {
      const loaded = koffi.load(library);
      return Object.fromEntries(
        Object.entries(signatures).map(([name, { takes, gives }]) => {
          const types = takes.map((type) => names[type]);
          return [name, loaded.func(name, names[gives], types)];
        }),
      );
    },
    view: (pointer, size) => koffi.view(pointer, size),
    isFailure: (pointer) => koffi.address(pointer) === FAILURE,
  };
}
