import multiprocessing

from measure import measure, per_second


def main():
    with multiprocessing.Manager() as manager:
        numbers = manager.dict()

        def set_all(count):
            for number in range(count):
                numbers["k"] = number

        def get_all(count):
            for _ in range(count):
                numbers["k"]

        measure(
            {
                "manager/set": lambda count: per_second(count, lambda: set_all(count)),
                "manager/get": lambda count: per_second(count, lambda: get_all(count)),
            }
        )


if __name__ == "__main__":
    main()
