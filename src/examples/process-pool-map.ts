// S4-45, S4-50, S4-57: `map` over the workers; functions go there by their names.
import { Pool } from "fibril/process";

export function square(n: number) {
  return n * n;
}

export const cl = {
  func: (n: number) => `got ${n} ${square(0)}`,
};

if (import.meta.main) {
  const numbers = [1, 2, 3, 4, 5, 6];
  const oneByOne = numbers.map(square);
  await Pool.use(5, async (pool) => {
    const squares = await pool.map(square, numbers);
    console.log(squares.join(" "));
    console.log("the same one by one:", oneByOne.join(" ") === squares.join(" "));
    console.log((await pool.map(cl.func, [0, 1, 2])).join(", "));
    // Uses nothing from around it, so it goes there as it is written.
    console.log((await pool.map((n: number) => n ** 3, [1, 2, 3])).join(" "));
  });
}
