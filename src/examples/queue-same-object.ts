// S2-2: a list goes through a queue from one thread to another: it arrives as the very same object.
import { Queue } from "fibril/queue";
import { Thread } from "fibril/threading";

const queue = new Queue<unknown[]>();
const list = [1, "xixi", 2];

// Threads share their memory: the target needs no argument to see the queue.
const thread = new Thread({ target: () => queue.put(list) });
thread.start();
await thread.join();

const got = await queue.get();
console.log(JSON.stringify(got));
console.log(`the same object: ${got === list}`);
