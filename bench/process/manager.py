"""The work of manager.ts in Python's multiprocessing: the same JSON lines."""

import json
import multiprocessing
import statistics
import time

ROUNDS = 5
CALLS = 20_000


def report(name, unit, measure):
    values = sorted(measure() for _ in range(ROUNDS))
    line = {"name": name, "unit": unit, "median": statistics.median(values)}
    print(json.dumps({**line, "least": values[0], "most": values[-1]}), flush=True)


def rate(call):
    began = time.perf_counter()
    for number in range(CALLS):
        call(number)
    return CALLS / (time.perf_counter() - began) / 1000


def start():
    began = time.perf_counter()
    manager = multiprocessing.Manager()
    millis = (time.perf_counter() - began) * 1000
    manager.shutdown()
    return millis


def main():
    with multiprocessing.Manager() as manager:
        numbers, items = manager.dict(), manager.list()
        queue, lock = manager.Queue(), manager.Lock()

        def put_and_get(number):
            queue.put(number)
            queue.get()

        def acquire_and_release(_number):
            lock.acquire()
            lock.release()

        report("dict set", "k/s", lambda: rate(lambda n: numbers.__setitem__("k", n)))
        report("dict get", "k/s", lambda: rate(lambda n: numbers["k"]))
        report("list push", "k/s", lambda: rate(items.append))
        report("queue put and get", "k/s", lambda: rate(put_and_get))
        report("lock acquire and release", "k/s", lambda: rate(acquire_and_release))
    report("start", "ms", start)


if __name__ == "__main__":
    main()
