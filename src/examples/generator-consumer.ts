// S0-10, S4-23: a producer hands work to a consumer that is a generator, without thread or lock.
// A JavaScript generator does what Python's does: `next(value)` is `send`, `return()` is `close`.
type Consumer = Generator<string, void, number>;

function* consumer(): Consumer {
  let reply = "";
  for (;;) {
    const n = yield reply;
    console.log(`[CONSUMER] Consuming ${n}...`);
    reply = "200 OK";
  }
}

function produce(to: Consumer): void {
  // Up to the first `yield`, which is where a value can be sent to: Python's `send(None)`.
  to.next(0);
  for (let n = 1; n <= 5; n++) {
    console.log(`[PRODUCER] Producing ${n}...`);
    const { value } = to.next(n);
    console.log(`[PRODUCER] Consumer return: ${value}`);
  }
  to.return();
}

produce(consumer());
