/** What a `Chain` is made of; in one chain at most. */
export class Link {
  previous: Link | undefined = undefined;
  next: Link | undefined = undefined;
  chain: Chain<Link> | undefined = undefined;
}

/**
 * A circle of those who wait, in which one stands first: the next one to go, and
 * the last one stands before it. To turn it to somebody else costs nothing, which
 * is how stackless switches.
 */
export class Chain<L extends Link> {
  #first: L | undefined = undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): L | undefined {
    return this.#first;
  }

  get last(): L | undefined {
    return this.#first?.previous as L | undefined;
  }

  /** Adds as the last. */
  push(link: L): void {
    const first = this.#first ?? link;
    const last = first.previous ?? link;
    link.previous = last;
    link.next = first;
    last.next = link;
    first.previous = link;
    link.chain = this;
    this.#first = first;
    this.#size++;
  }

  /** Adds as the first. */
  unshift(link: L): void {
    this.push(link);
    this.turnTo(link);
  }

  /** Takes the first one out. */
  shift(): L | undefined {
    const first = this.#first;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Takes `link` out, if it is in it. */
  remove(link: L): void {
    if (link.chain !== this) return;
    const [previous, next] = [link.previous as L, link.next as L];
    previous.next = next;
    next.previous = previous;
    if (this.#first === link) this.#first = next === link ? undefined : next;
    link.previous = undefined;
    link.next = undefined;
    link.chain = undefined;
    this.#size--;
  }

  /** Goes on at `link`, if it is in it: those who stood before it become the last. */
  turnTo(link: L): void {
    if (link.chain === this) this.#first = link;
  }
}
