SIZE = 3500000


def sieve(limit):
    composite = []
    for _ in range(limit + 1):
        composite.append(False)
    count = 0
    for i in range(2, limit + 1):
        if not composite[i]:
            count += 1
            for j in range(i * i, limit + 1, i):
                composite[j] = True
    return count


def main():
    print(sieve(SIZE))


if __name__ == "__main__":
    main()
