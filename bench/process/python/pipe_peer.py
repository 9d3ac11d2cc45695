import multiprocessing

from measure import measure, per_second

MB = 1 << 20


def sink(connection, count):
    connection.send("up")
    for _ in range(count):
        connection.recv_bytes()
    connection.send(count)


def bulk(count):
    here, there = multiprocessing.Pipe()
    child = multiprocessing.Process(target=sink, args=(there, count))
    child.start()
    here.recv()
    message = bytes(MB)

    def work():
        for _ in range(count):
            here.send_bytes(message)
        here.recv()

    found = MB * per_second(count, work)
    child.join()
    return found


if __name__ == "__main__":
    measure({"pipe/bulk": bulk})
