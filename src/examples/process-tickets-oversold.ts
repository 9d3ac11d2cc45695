// S1-10: five buyers, one ticket, no lock: everybody gets it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "fibril";
import { Barrier, Process, Value } from "fibril/process";

interface Tickets {
  count: number;
}

export function* buy(file: string, sold: Value<"i">, together: Barrier) {
  const tickets: Tickets = JSON.parse(readFileSync(file, "utf8"));
  console.log("tickets left:", tickets.count);
  // All look before the first one pays, as may happen at any time without a lock.
  yield* together.wait();
  if (tickets.count === 0) return;
  yield* sleep("20 millis");
  tickets.count--;
  writeFileSync(file, JSON.stringify(tickets));
  yield* sold.getLock().use(() => sold.value++);
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), "tickets-"));
  const file = join(folder, "db.json");
  writeFileSync(file, JSON.stringify({ count: 1 }));
  const sold = new Value("i", 0);
  const together = new Barrier(5);
  const buyers = Array.from({ length: 5 }, () => {
    return new Process({ target: buy, args: [file, sold, together] });
  });
  for (const buyer of buyers) buyer.start();
  for (const buyer of buyers) await buyer.join();
  console.log(`sold ${sold.value} times; left: ${readFileSync(file, "utf8")}`);
  rmSync(folder, { recursive: true });
}
