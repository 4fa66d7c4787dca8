SIZE = 800000


def nothing():
    return 0


def same(x):
    return x


def add(a, b):
    return a + b


def blend(a, b, c, d):
    return a * b + c * d


def scaled(x, factor=3):
    return x * factor


def count_all(*values):
    return len(values)


def is_even(n):
    if n == 0:
        return True
    return is_odd(n - 1)


def is_odd(n):
    if n == 0:
        return False
    return is_even(n - 1)


def main():
    total = 0
    for i in range(SIZE):
        total = add(total, nothing())
        total = add(total, same(i))
        total = add(total, blend(i, 2, 3, same(4)))
        total = total - scaled(i) + scaled(i, 2)
        total = total + count_all(i, total, SIZE)
        if i % 16 == 0 and is_even(i % 37):
            total += 1
    print(total)


if __name__ == "__main__":
    main()
