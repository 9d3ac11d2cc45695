// S4-15: ten threads wait for an Event that the main program sets on the input "true".
import { joinAll, sleep, spawn } from "fibril";
import { Event } from "fibril/sync";

function* run(event: Event) {
  console.log("start");
  yield* event.wait();
  console.log("execute");
}

/** What the user types: it takes a while. */
function* input() {
  yield* sleep(20);
  return "true";
}

const event = new Event();
const threads = Array.from({ length: 10 }, () => spawn(run, event));

event.clear();
const typed = await spawn(input);
console.log(`input: ${typed}, isSet: ${event.isSet()}`);
if (typed === "true") event.set();

await joinAll(threads);
console.log(`isSet: ${event.isSet()}`);
