// S4-38: one process waits for an event, another one not for long.
import { currentProcess, Event, Process } from "fibril/process";

export function* waitForEvent(event: Event) {
  const isSet = yield* event.wait();
  console.log(`${currentProcess().name}: after waiting, the event is set: ${isSet}`);
}

export function* waitForEventTimeout(event: Event, given: Event) {
  const isSet = yield* event.wait({ timeout: "100 millis" });
  console.log(`${currentProcess().name}: after 100 ms, the event is set: ${isSet}`);
  given.set();
}

if (import.meta.main) {
  const [event, gaveUp] = [new Event(), new Event()];
  const block = new Process({ name: "block", target: waitForEvent, args: [event] });
  const nonblock = new Process({
    name: "nonblock",
    target: waitForEventTimeout,
    args: [event, gaveUp],
  });
  block.start();
  nonblock.start();
  await gaveUp.wait();
  console.log("main: setting the event");
  event.set();
  await block.join();
  await nonblock.join();
}
