"""`python3 bench/process/pool-python.py`: the figures of pool.ts for multiprocessing.Pool, as a JSON line."""

import json
import multiprocessing
import statistics
import time

ROUNDS = 5


def inc(n):
    return n + 1


def ms1(n):
    until = time.perf_counter() + 0.001
    while time.perf_counter() < until:
        pass
    return n


def median_rate(count, run):
    rates = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        rates.append(count / (time.perf_counter() - began))
    return round(statistics.median(rates))


if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        pool.map(inc, range(1000))
        print(
            json.dumps(
                {
                    "peer": "multiprocessing",
                    "inc": median_rate(10_000, lambda: pool.map(inc, range(10_000), 1)),
                    "incChunks": median_rate(200_000, lambda: pool.map(inc, range(200_000))),
                    "incImap": median_rate(
                        10_000, lambda: list(pool.imap_unordered(inc, range(10_000)))
                    ),
                    "ms1": median_rate(400, lambda: pool.map(ms1, range(400), 1)),
                }
            )
        )
