"""What the programs of this folder share: they print the lines of ../measure.ts."""

import json
import math
import sys
import time

WARM_UP = 5


def measure(cases):
    samples, *asked = sys.argv[1:]
    for key, count in (each.split("=") for each in asked):
        run = cases.get(key)
        if run is None:
            continue
        run(math.ceil(int(count) / WARM_UP))
        for _ in range(int(samples)):
            print(json.dumps({"key": key, "value": run(int(count))}), flush=True)


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def nanos_each(count, work):
    return seconds(work) * 1e9 / count


def per_second(count, work):
    return count / seconds(work)
