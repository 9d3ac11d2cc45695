"""By spawn, as a child is started in ../start.ts; and by fork, which only copies the parent."""

import multiprocessing


def nothing():
    pass


def start_and_join(method, count):
    context = multiprocessing.get_context(method)

    def work():
        for _ in range(count):
            child = context.Process(target=nothing)
            child.start()
            child.join()

    return nanos_each(count, work)


if __name__ == "__main__":
    # Not in the children, which load this module once more.
    from measure import measure, nanos_each

    measure(
        {
            "start/source": lambda count: start_and_join("spawn", count),
            "start/module": lambda count: start_and_join("spawn", count),
            "start/fork": lambda count: start_and_join("fork", count),
        }
    )
