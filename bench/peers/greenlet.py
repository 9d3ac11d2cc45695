"""The switch of the greenlet package, in C: `greenlet.py SAMPLES KEY,KEY`."""

import json
import sys
import time

from greenlet import getcurrent, greenlet

SAMPLES = int(sys.argv[1])
KEYS = set(filter(None, sys.argv[2].split(","))) if len(sys.argv) > 2 else set()
COUNT = 400_000


def switching(count):
    main = getcurrent()

    def other():
        for _ in range(count // 2):
            main.switch()

    there = greenlet(other)
    for _ in range(count // 2 + 1):
        there.switch()


if not KEYS or "switch" in KEYS:
    switching(COUNT)
    for _ in range(SAMPLES):
        started = time.perf_counter()
        switching(COUNT)
        value = (time.perf_counter() - started) * 1e9 / COUNT
        print(json.dumps({"key": "switch", "value": value}), flush=True)
