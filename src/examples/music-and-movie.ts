// S4-2: music twice and a film twice, one after the other as in a single thread (a second is a hundredth).
import { sleep, spawn } from "fibril";

function* music(title: string) {
  for (let i = 0; i < 2; i++) {
    console.log(`I was listening to ${title}.`);
    yield* sleep(10);
  }
}

function* movie(title: string) {
  for (let i = 0; i < 2; i++) {
    console.log(`I was at the ${title}!`);
    yield* sleep(50);
  }
}

await spawn(function* main() {
  yield* music("Love for Sale");
  yield* movie("Avatar");
  console.log("all over");
});
