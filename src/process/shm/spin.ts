import { availableParallelism } from "node:os";
import { host } from "../../internal/host.ts";

/** To park and be rung takes some 20 us: to look on for longer than that does not pay. */
const LONGEST_US = 25;
/** Where it never pays, it costs no more than this. */
const SHORTEST_US = 1;
/** Now and then it looks for as long as it may: what never paid may begin to. */
const WAITS_BETWEEN_TRIES = 32;
/** The clock takes as long as some looks. */
const LOOKS_BETWEEN_CLOCKS = 8;

/** On one processor nobody else can open it meanwhile. */
const canPay = availableParallelism() > 1;

/**
 * Decides how long to look for what another process is about to do, before a fiber
 * parks: longer after it came, shorter after it did not.
 */
export class Spin {
  #micros: number = LONGEST_US;
  #waits = 0;

  until(isOpen: () => boolean): boolean {
    if (!canPay) return false;
    const isTry = ++this.#waits % WAITS_BETWEEN_TRIES === 0;
    const came = lookFor(isTry ? LONGEST_US : this.#micros, isOpen);
    this.#micros = came
      ? Math.min(LONGEST_US, 2 * this.#micros)
      : Math.max(SHORTEST_US, this.#micros / 2);
    return came;
  }
}

function lookFor(micros: number, isOpen: () => boolean): boolean {
  const end = host.now() + micros / 1000;
  do {
    for (let i = 0; i < LOOKS_BETWEEN_CLOCKS; i++) if (isOpen()) return true;
  } while (host.now() < end);
  return false;
}
