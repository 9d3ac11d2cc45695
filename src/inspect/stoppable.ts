/** Something that goes on until it is stopped; a second time does nothing. */
export interface Stoppable {
  stop(): void;
  /** As `stop`: for `using`. */
  [Symbol.dispose](): void;
}

/** Calls `stop` once, at the first of its `stop` and its disposal. */
export function stoppable(stop: () => void): Stoppable {
  let isStopped = false;
  const once = (): void => {
    if (isStopped) return;
    isStopped = true;
    stop();
  };
  return { stop: once, [Symbol.dispose]: once };
}
