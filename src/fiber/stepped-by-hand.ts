/** What is thrown where a Wait was begun by anything but the `yield*` of its fiber's own body. */
export function steppedByHand(): TypeError {
  return new TypeError(
    "A Wait's iterator was stepped by hand, spread, or used in a synchronous callback or outside of its fiber: write `yield* wait` in the fiber's own body",
  );
}
