import multiprocessing
import time

from measure import measure, per_second, seconds

PROCESSES = 2


def inc(n):
    return n + 1


def ms1(n):
    until = time.perf_counter() + 0.001
    while time.perf_counter() < until:
        pass
    return n


def main():
    with multiprocessing.Pool(PROCESSES) as pool:

        def of_ideal(count):
            took = seconds(lambda: pool.map(ms1, range(count), 1))
            return 100 * count * 0.001 / PROCESSES / took

        measure(
            {
                "pool/one": lambda count: per_second(count, lambda: pool.map(inc, range(count), 1)),
                "pool/chunks": lambda count: per_second(count, lambda: pool.map(inc, range(count))),
                "pool/ms": of_ideal,
            }
        )


if __name__ == "__main__":
    main()
