import { show } from "../fiber/body.ts";

/** Throws at the call for what is no number of bytes; 0 would look like the end of a stream. */
export function checkSize(size: unknown, caller: string): void {
  if (typeof size !== "number") {
    throw new TypeError(`Cannot ${caller} ${show(size)} bytes: pass a number`);
  }
  if (Number.isInteger(size) && size > 0) return;
  throw new RangeError(`Cannot ${caller} ${size} bytes: pass an integer > 0`);
}
