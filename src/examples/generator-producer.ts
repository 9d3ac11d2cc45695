// S4-20: a generator fills a list and yields, its consumer empties the list until the end.
function* produce(list: number[]): Generator<number, void, void> {
  for (let i = 0; i < 5; i++) {
    list.push(i);
    yield i;
  }
}

function consume(list: number[]): void {
  // `for…of` goes on until the generator returns, which Python tells by StopIteration.
  for (const _ of produce(list)) {
    while (list.length > 0) console.log(list.pop());
  }
}

consume([]);
