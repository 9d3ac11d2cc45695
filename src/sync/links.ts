import { show } from "../fiber/body.ts";
import { hub } from "../scheduler/hub.ts";
import { Place } from "./place.ts";

/** What an object calls when it is ready; it is given the object itself. */
export type RawLink<S> = (source: S) => void;

/** The callbacks of one object: each is called once, unless it is taken back before. */
export class Links<S> {
  readonly #source: S;
  #pending: Link<S>[] = [];

  constructor(source: S) {
    this.#source = source;
  }

  /** A place for `callback`, to be put in the object's line. */
  add(callback: RawLink<S>): Place {
    if (typeof callback !== "function") {
      throw new TypeError(`Cannot link ${show(callback)}: pass a function of what is ready`);
    }
    const link = new Link(this, callback);
    this.#pending.push(link);
    return link;
  }

  /** Takes every link of `callback` back, also one whose call is queued. */
  remove(callback: unknown): void {
    for (const link of this.#pending) if (link.callback === callback) link.list?.remove(link);
    this.#pending = this.#pending.filter((link) => link.callback !== callback);
  }

  call(link: Link<S>): void {
    const index = this.#pending.indexOf(link);
    if (index < 0) return;
    this.#pending.splice(index, 1);
    link.callback(this.#source);
  }
}

class Link<S> extends Place {
  readonly #links: Links<S>;
  readonly callback: RawLink<S>;

  constructor(links: Links<S>, callback: RawLink<S>) {
    super();
    this.#links = links;
    this.callback = callback;
  }

  /** In a task of its own: what it throws robs nobody behind it. */
  serve(): void {
    hub.push(() => this.#links.call(this));
  }
}
