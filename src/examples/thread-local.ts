// S4-1: ThreadLocal: each fiber finds its own student, which no call has to pass on.
import { getCurrent, joinAll, sleep, spawn } from "fibril";
import { Local } from "fibril/local";

const school = new Local<{ student?: string }>();

function* processStudent() {
  yield* sleep(10);
  console.log(`Hello, ${school.student} (in ${getCurrent()?.name})`);
}

function* processThread(name: string) {
  school.student = name;
  yield* processStudent();
}

await joinAll([
  spawn({ name: "Thread-A" }, processThread, "Alice"),
  spawn({ name: "Thread-B" }, processThread, "Bob"),
]);
console.log("main has", school.student ?? "none");
