// S0-12: gevent's joinall of three greenlets that sleep for 2, 1 and 0 seconds (here tenths).
import { joinAll, sleep, spawn } from "fibril";

function* visit(name: string, tenths: number) {
  console.log(`in ${name}`);
  yield* sleep(tenths * 100);
  console.log(`out of ${name}`);
}

// The sleeps lie side by side: the last one is out after 2 tenths, not 3.
await joinAll([spawn(visit, "foo", 2), spawn(visit, "bar", 1), spawn(visit, "func3", 0)]);
