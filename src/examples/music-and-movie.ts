// S4-2: music twice and a film twice, one after the other as in a single thread (seconds are hundredths).
import { getHub, sleep, spawn } from "fibril";

const seconds = (n: number) => sleep(n * 10);
const began = getHub().now();

function* music(title: string) {
  for (let i = 0; i < 2; i++) {
    console.log(`I was listening to ${title}`);
    yield* seconds(1);
  }
}

function* movie(title: string) {
  for (let i = 0; i < 2; i++) {
    console.log(`I was at the ${title}!`);
    yield* seconds(5);
  }
}

await spawn(function* main() {
  yield* music("love for sale");
  yield* movie("Avatar");
});
const took = getHub().now() - began;
console.log("all over,", took >= 120 ? "in the time of all four" : "too early");
