import multiprocessing

from measure import measure, nanos_each, per_second


def produce(queue, count):
    for number in range(count + 1):
        queue.put({"id": number, "name": "abc", "xs": [1, 2, 3]})


def echo(there, back, count):
    for _ in range(count + 1):
        back.put(there.get())


def rate(count):
    queue = multiprocessing.Queue()
    child = multiprocessing.Process(target=produce, args=(queue, count))
    child.start()
    queue.get()

    def work():
        for _ in range(count):
            queue.get()

    found = per_second(count, work)
    child.join()
    return found


def round_trip(count):
    there, back = multiprocessing.Queue(), multiprocessing.Queue()
    child = multiprocessing.Process(target=echo, args=(there, back, count))
    child.start()
    there.put(0)
    back.get()

    def work():
        for number in range(count):
            there.put(number)
            back.get()

    nanos = nanos_each(count, work)
    child.join()
    return nanos


if __name__ == "__main__":
    measure({"queue/rate": rate, "queue/trip": round_trip})
