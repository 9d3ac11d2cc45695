// S1-9, S4-31: a daemon ends with its parent, unless that joins it, and may have no children.
import { sleep } from "fibril";
import { currentProcess, Event, Process } from "fibril/process";

export function* daemon(started: Event) {
  console.log("Starting:", currentProcess().name);
  started.set();
  yield* sleep("1 hour");
  console.log("Exiting:", currentProcess().name, "(nobody ever reads this)");
}

export function nonDaemon() {
  console.log("Starting:", currentProcess().name);
  console.log("Exiting:", currentProcess().name);
}

export function parentAsDaemon() {
  try {
    new Process({ target: nonDaemon }).start();
  } catch (error) {
    console.log("a daemon has no children:", error instanceof Error && error.name);
  }
}

if (import.meta.main) {
  const n = new Process({ name: "non-daemon", target: nonDaemon });
  n.start();
  await n.join();

  const joined = new Process({ target: parentAsDaemon, daemon: true });
  joined.start();
  await joined.join();

  const started = new Event();
  const d = new Process({ name: "daemon", target: daemon, args: [started], daemon: true });
  d.start();
  await started.wait();
  await d.join({ timeout: "100 millis" });
  console.log("d.isAlive()", d.isAlive());
}
