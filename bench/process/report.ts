const ROUNDS = 5;

/** Measures some times, and prints the median as a JSON line. */
export async function report(
  name: string,
  unit: string,
  measure: () => Promise<number>,
): Promise<void> {
  const values: number[] = [];
  for (let round = 0; round < ROUNDS; round++) values.push(await measure());
  values.sort((a, b) => a - b);
  const [least, median, most] = [0, Math.floor(ROUNDS / 2), ROUNDS - 1].map((at) =>
    Number(values[at]?.toPrecision(4)),
  );
  console.log(JSON.stringify({ name, unit, median, least, most }));
}
