import { host } from "../../internal/host.ts";
import { Bell, type BellListener, greetingOf, ringing } from "./bell.ts";
import { bellName, forgetBellName } from "./bell-name.ts";
import type { Lines } from "./lines.ts";
import type { Entry, ProcessTable } from "./process-table.ts";
import { Wires } from "./wires.ts";

/** A bell on which this process is rung, and wires to those of others. */
export class SocketLines implements Lines {
  readonly #segment: string;
  readonly #bell: Bell;
  readonly #wires: Wires;

  constructor(segment: string, table: ProcessTable, listener: BellListener) {
    this.#segment = segment;
    this.#bell = Bell.listen(bellName(segment, host.process.pid), listener);
    this.#wires = new Wires(segment, table);
  }

  ring(pid: number): boolean {
    return this.#wires.send(pid, ringing);
  }

  greet(pid: number, who: Entry): void {
    this.#wires.send(pid, greetingOf(who));
  }

  cut(pid: number): void {
    this.#wires.cut(pid);
    forgetBellName(bellName(this.#segment, pid));
  }

  hold(): void {
    this.#bell.hold();
  }

  letGo(): void {
    this.#bell.letGo();
  }

  close(): void {
    this.#bell.close();
    this.#wires.cutAll();
  }
}
