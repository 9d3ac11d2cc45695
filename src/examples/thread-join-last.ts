// S4-6: t.join() after the loop waits for the last thread only (1 and 5 s are 50 and 250 ms).
import { sleep } from "fibril";
import { Thread } from "fibril/threading";

function* music(song: string) {
  for (let i = 0; i < 2; i++) {
    console.log(`I was listening to ${song}.`);
    yield* sleep(50);
  }
}

function* movie(title: string) {
  for (let i = 0; i < 2; i++) {
    console.log(`I was at the ${title}!`);
    yield* sleep(250);
  }
}

const threads = [
  new Thread({ target: music, args: ["爱情买卖"] }),
  new Thread({ target: movie, args: ["阿凡达"] }),
];

for (const thread of threads) {
  thread.setDaemon(true);
  thread.start();
}

await threads.at(-1)?.join();
console.log("all over");
