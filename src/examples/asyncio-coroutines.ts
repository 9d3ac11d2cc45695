// S4-25: asyncio's two coroutines on an event loop that is run until they are done, and closed.
import { getEventLoop, sleep } from "fibril/asyncio";

function* cor1() {
  console.log("COR1 start");
  yield* cor2();
  console.log("COR1 end");
}

function* cor2() {
  console.log("COR2");
  yield* sleep(10);
}

const loop = getEventLoop();
await loop.runUntilComplete(cor1());
loop.close();
