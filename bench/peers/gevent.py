"""The same workloads on gevent: `gevent.py SAMPLES KEY,KEY`, a JSON line for each sample."""

import gc
import json
import os
import sys
import time

import gevent
from gevent.event import Event
from gevent.lock import BoundedSemaphore
from gevent.pool import Pool
from gevent.queue import Channel, Queue

SAMPLES = int(sys.argv[1])
KEYS = set(filter(None, sys.argv[2].split(","))) if len(sys.argv) > 2 else set()


def report(key, value):
    print(json.dumps({"key": key, "value": value}), flush=True)


def wanted(key):
    return not KEYS or key in KEYS


def timed(key, count, run, prepare=lambda: None):
    """Nanoseconds an operation, after one run that is not counted."""
    if not wanted(key):
        return
    for sample in range(SAMPLES + 1):
        prepared = prepare()
        started = time.perf_counter()
        run(prepared)
        elapsed = time.perf_counter() - started
        if sample > 0:
            report(key, elapsed * 1e9 / count)


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def weighed(key, count, spawn):
    """Bytes of resident memory for each greenlet: its stack is no part of Python's heap.

    Only the first call sees them: what they leave behind serves the next ones.
    """
    if not wanted(key) or not os.path.exists("/proc/self/statm"):
        return
    gc.collect()
    before = resident()
    kept = [spawn() for _ in range(count)]
    gevent.sleep(0)
    report(key, (resident() - before) / count)
    gevent.killall(kept)


def yield_times(times):
    for _ in range(times):
        gevent.sleep(0)


def yield_between_two(count):
    gevent.joinall([gevent.spawn(yield_times, count // 2) for _ in range(2)])


def identity(value):
    return value


def spawn_many(count):
    gevent.joinall([gevent.spawn(identity, i) for i in range(count)])


def spawn_one_by_one(count):
    for i in range(count):
        gevent.spawn(identity, i).get()


def sleep_many(count):
    gevent.joinall([gevent.spawn(gevent.sleep, (1 + i % 100) / 1000) for i in range(count)])


def ping_pong(count):
    there, back = Channel(), Channel()

    def echo():
        for _ in range(count // 2):
            back.put(there.get())

    partner = gevent.spawn(echo)
    for i in range(count // 2):
        there.put(i)
        back.get()
    partner.join()


def lock_times(count):
    lock = BoundedSemaphore(1)
    for _ in range(count):
        lock.acquire()
        lock.release()


def queue_of_one(count):
    queue = Queue(1)

    def produce():
        for i in range(count):
            queue.put(i)

    producer = gevent.spawn(produce)
    for _ in range(count):
        queue.get()
    producer.join()


def yield_once(value):
    gevent.sleep(0)
    return value


def pool_map(count):
    Pool(10).map(yield_once, range(count))


def park_many(count):
    greenlets = [gevent.spawn(gevent.sleep, 60) for _ in range(count)]
    gevent.sleep(0)
    return greenlets


def limit_times(count):
    for _ in range(count):
        gevent.with_timeout(1, identity, 1)


weighed("parked", 20_000, lambda: gevent.spawn(Event().wait))
timed("yield", 100_000, lambda _: yield_between_two(100_000))
timed("channel", 50_000, lambda _: ping_pong(50_000))
timed("lock", 100_000, lambda _: lock_times(100_000))
timed("queue", 50_000, lambda _: queue_of_one(50_000))
timed("pool", 10_000, lambda _: pool_map(10_000))
timed("spawn", 100_000, lambda _: spawn_many(100_000))
timed("spawn-one", 50_000, lambda _: spawn_one_by_one(50_000))
timed("sleep", 100_000, lambda _: sleep_many(100_000))
timed("kill", 10_000, gevent.killall, lambda: park_many(10_000))
timed("timeout", 50_000, lambda _: limit_times(50_000))
