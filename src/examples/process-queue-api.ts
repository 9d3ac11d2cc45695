// S1-12: what a queue between processes can do.
import { Empty, Full, Queue } from "fibril/process";

if (import.meta.main) {
  const queue = new Queue<string>(2);
  console.log(queue.empty(), queue.full(), queue.qsize());
  await queue.put("first");
  queue.putNowait("second");
  console.log(queue.empty(), queue.full(), queue.qsize());
  for (const put of [() => queue.put("third", { block: false }), () => queue.putNowait("third")]) {
    try {
      await put();
    } catch (error) {
      console.log("full:", error instanceof Full);
    }
  }
  console.log(await queue.get(), queue.getNowait());
  try {
    await queue.get({ timeout: "20 millis" });
  } catch (error) {
    console.log("empty:", error instanceof Empty);
  }
  queue.close();
  await queue.joinThread();
  try {
    await queue.put("too late");
  } catch (error) {
    console.log(error instanceof Error && error.message.includes("closed"));
  }
}
