// S4-5: the program ends at once though two threads are not done: they are daemons.
import { sleep } from "fibril";
import { Thread } from "fibril/threading";

function* music(song: string) {
  for (let i = 0; i < 2; i++) {
    console.log(`I was listening to ${song}.`);
    yield* sleep("1 minute");
  }
}

function* movie(title: string) {
  for (let i = 0; i < 2; i++) {
    console.log(`I was at the ${title}!`);
    yield* sleep("5 minutes");
  }
}

const threads = [
  new Thread({ target: music, args: ["爱情买卖"] }),
  new Thread({ target: movie, args: ["阿凡达"] }),
];

for (const thread of threads) {
  // Before the start: afterwards it would be an error.
  thread.setDaemon(true);
  thread.start();
}

// start() only queues a thread: let them begin.
await sleep();
console.log("all over");
