SIZE = 80000


def steps(n):
    count = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        count = count + 1
    return count


def main():
    best = 0
    start = 0
    for n in range(1, SIZE):
        c = steps(n)
        if c > best:
            best = c
            start = n
    print(start, best)


if __name__ == "__main__":
    main()
