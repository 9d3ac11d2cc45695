// S4-17, S4-18, S4-59: a number and an array in memory that processes share.
import { Process, SharedArray, Value } from "fibril/process";

export function* negate(number: Value<"d">, array: SharedArray<"i">) {
  number.value = 3.333333333333333;
  // To read and to write is one step each: only the lock makes them one together.
  yield* array.getLock().use(() => {
    for (let i = 0; i < array.length; i++) array.set(i, -array.get(i));
  });
}

if (import.meta.main) {
  const number = new Value("d", 0);
  const array = new SharedArray(
    "i",
    Array.from({ length: 11 }, (_, i) => i),
  );
  for (const times of ["once", "twice"]) {
    const child = new Process({ target: negate, args: [number, array] });
    child.start();
    await child.join();
    console.log(`negated ${times}: ${[...array].map((item) => item + 0).join(" ")}`);
  }
  console.log(number.value);

  try {
    number.value = "three" as never;
  } catch (error) {
    console.log("a double takes numbers only:", error instanceof TypeError);
  }
  const byte = new Value("B", 255);
  try {
    byte.value = 256;
  } catch (error) {
    console.log("and a byte none above 255:", error instanceof RangeError);
  }
}
