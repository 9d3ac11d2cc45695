// S1-11: five buyers, one ticket, and a lock around looking and buying.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "fibril";
import { Lock, Process } from "fibril/process";

interface Tickets {
  count: number;
}

export function* buy(file: string, lock: Lock) {
  yield* lock.use(function* () {
    const tickets: Tickets = JSON.parse(readFileSync(file, "utf8"));
    console.log("tickets left:", tickets.count);
    if (tickets.count === 0) return;
    yield* sleep("20 millis");
    tickets.count--;
    writeFileSync(file, JSON.stringify(tickets));
    console.log("bought one");
  });
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), "tickets-"));
  const file = join(folder, "db.json");
  writeFileSync(file, JSON.stringify({ count: 1 }));
  const lock = new Lock();
  const buyers = Array.from({ length: 5 }, () => new Process({ target: buy, args: [file, lock] }));
  for (const buyer of buyers) buyer.start();
  for (const buyer of buyers) await buyer.join();
  console.log(readFileSync(file, "utf8"));
  rmSync(folder, { recursive: true });
}
