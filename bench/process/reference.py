"""The work of queue.ts and pipe.ts in Python's multiprocessing: the same JSON lines."""

import json
import multiprocessing
import statistics
import sys
import time

ROUNDS = 5
MESSAGES = 100_000
TRIPS = 10_000
BYTES = 500 * (1 << 20)


def report(name, unit, measure):
    values = sorted(measure() for _ in range(ROUNDS))
    line = {"name": name, "unit": unit, "median": statistics.median(values)}
    print(json.dumps({**line, "least": values[0], "most": values[-1]}), flush=True)


def start(target, *args):
    process = multiprocessing.Process(target=target, args=args)
    process.start()
    return process


def timed(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def produce(queue):
    for number in range(MESSAGES):
        queue.put({"id": number, "name": "abc", "xs": [1, 2, 3]})


def throughput(kind):
    queue = kind()
    process = start(produce, queue)
    queue.get()
    seconds = timed(lambda: [queue.get() and None for _ in range(MESSAGES - 1)])
    process.join()
    return (MESSAGES - 1) / seconds


def echo(get, put):
    for _ in range(TRIPS):
        put(get())


def there_and_back(put, get):
    put(0)
    get()

    def work():
        for number in range(1, TRIPS):
            put(number)
            get()

    return timed(work) * 1e6 / (TRIPS - 1)


def queue_trips():
    there, back = multiprocessing.Queue(), multiprocessing.Queue()
    process = start(echo, there.get, back.put)
    micros = there_and_back(there.put, back.get)
    process.join()
    return micros


def pipe_trips():
    here, there = multiprocessing.Pipe()
    process = start(echo, there.recv, there.send)
    micros = there_and_back(here.send, here.recv)
    process.join()
    return micros


def sink(connection, count):
    connection.send("up")
    for _ in range(count):
        connection.recv_bytes()
    connection.send(count)


def bulk(size):
    here, there = multiprocessing.Pipe()
    count = BYTES // size
    process = start(sink, there, count)
    here.recv()
    message = bytes(size)

    def work():
        for _ in range(count):
            here.send_bytes(message)
        here.recv()

    seconds = timed(work)
    process.join()
    return size * count / 1e6 / seconds


def source(connection):
    for number in range(MESSAGES):
        connection.send(number)


def one_way():
    reader, writer = multiprocessing.Pipe(False)
    process = start(source, writer)
    reader.recv()
    seconds = timed(lambda: [reader.recv() and None for _ in range(MESSAGES - 1)])
    process.join()
    return (MESSAGES - 1) / seconds


def main():
    wanted = sys.argv[1:] or ["queue", "pipe"]
    if "queue" in wanted:
        report("queue: small messages", "1/s", lambda: throughput(multiprocessing.Queue))
        report("queue: there and back", "us", queue_trips)
    if "pipe" in wanted:
        report("pipe: 1 MB messages", "MB/s", lambda: bulk(1 << 20))
        report("pipe: 64 KB messages", "MB/s", lambda: bulk(1 << 16))
        report("pipe: small messages", "1/s", one_way)
        report("pipe: there and back", "us", pipe_trips)


if __name__ == "__main__":
    main()
