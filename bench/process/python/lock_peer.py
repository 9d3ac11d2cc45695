"""A lock whose holder died is missing: its next owner would wait for ever."""

import multiprocessing
import time

from measure import measure, nanos_each

UNTIL_PARKED = 0.002


def uncontended(count):
    lock = multiprocessing.Lock()
    acquire, release = lock.acquire, lock.release

    def work():
        for _ in range(count):
            acquire()
            release()

    return nanos_each(count, work)


def answer(ping, pong, count):
    for _ in range(count + 1):
        ping.acquire()
        pong.release()


def hand_over(count, pause):
    ping, pong = multiprocessing.Semaphore(0), multiprocessing.Semaphore(0)
    child = multiprocessing.Process(target=answer, args=(ping, pong, count))
    child.start()

    def there_and_back():
        ping.release()
        pong.acquire()

    there_and_back()
    total = 0
    for _ in range(count):
        if pause > 0:
            time.sleep(pause)
        total += nanos_each(2, there_and_back)
    child.join()
    return total / count


if __name__ == "__main__":
    measure(
        {
            "lock/now": uncontended,
            "lock/fiber": uncontended,
            "lock/handover": lambda count: hand_over(count, 0),
            "lock/parked": lambda count: hand_over(count, UNTIL_PARKED),
        }
    )
