// S0-8, S2-5: ten processes take turns at the screen.
import { Lock, Process, Value } from "fibril/process";

export function* hello(lock: Lock, printed: Value<"i">) {
  yield* lock.acquire();
  try {
    console.log("hello world, line", ++printed.value);
  } finally {
    lock.release();
  }
}

if (import.meta.main) {
  const lock = new Lock();
  const printed = new Value("i", 0);
  const children = Array.from({ length: 10 }, () => {
    return new Process({ target: hello, args: [lock, printed] });
  });
  for (const child of children) child.start();
  for (const child of children) await child.join();
}
