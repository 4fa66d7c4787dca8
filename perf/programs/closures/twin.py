from functools import reduce

SIZE = 500000


def counter(step):
    value = 0

    def advance():
        nonlocal value
        value = value + step
        return value
    return advance


def compose(f, g):
    return lambda x: g(f(x))


def accumulator():
    items = []

    def put(x):
        items.append(x)
    return {"put": put, "total": lambda: reduce(lambda a, b: a + b, items, 0)}


def adder(n):
    return lambda x: x + n


def main():
    up = counter(2)
    down = counter(-1)
    change = compose(lambda x: x + 1, compose(lambda x: x * 3, lambda x: x % 1000))
    box = accumulator()
    total = 0
    for i in range(SIZE):
        total = total + up() + down()
        total = total + change(i)
        box["put"](i % 10)
    print(total, box["total"]())

    numbers = list(range(SIZE))
    evens = list(filter(lambda x: x % 2 == 0, numbers))
    squares = list(map(lambda x: x * x, evens))
    handlers = [adder(n) for n in range(10)]
    mixed = [handlers[i % 10](x) for i, x in enumerate(squares)]
    print(reduce(lambda a, b: (a + b) % 1000003, mixed, 0))


if __name__ == "__main__":
    main()
