import type { FiberCore } from "../fiber/core.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import { WaiterList } from "../internal/waiters.ts";
import { hub } from "../scheduler/hub.ts";
import type { Place } from "./place.ts";

/**
 * Those who wait for one and the same news. All are told at once, in the order
 * in which they came, so that nothing that happens later takes it from them.
 */
export class Audience {
  readonly #places: WaiterList<Place> = new WaiterList();
  /** How many tellings are on their way. */
  #telling = 0;

  join(place: Place): void {
    this.#places.push(place);
  }

  tell(): void {
    if (this.#places.isEmpty()) return;
    for (let place = this.#places.shift(); place; place = this.#places.shift()) place.serve();
    this.#telling++;
    hub.push(() => {
      this.#telling--;
    });
  }

  /** The step of one who comes when the news is out: not ahead of those who waited for it. */
  answer(fiber: FiberCore, news: unknown): Step {
    if (this.#telling === 0) return ready(news);
    fiber.inbox = news;
    return fiber.requeue();
  }
}
