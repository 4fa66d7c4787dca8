SIZE = 32


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def main():
    print(fib(SIZE))


if __name__ == "__main__":
    main()
