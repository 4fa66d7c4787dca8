SIZE = 10


def place(n, row, columns, rising, falling):
    if row == n:
        return 1
    found = 0
    for c in range(n):
        if not columns[c] and not rising[row + c] and not falling[row - c + n]:
            columns[c] = True
            rising[row + c] = True
            falling[row - c + n] = True
            found = found + place(n, row + 1, columns, rising, falling)
            columns[c] = False
            rising[row + c] = False
            falling[row - c + n] = False
    return found


def flags(n):
    a = []
    for _ in range(n):
        a.append(False)
    return a


def queens(n):
    return place(n, 0, flags(n), flags(2 * n), flags(2 * n + 1))


def main():
    for n in range(4, SIZE + 1):
        rounds = 0
        for _ in range(12):
            rounds = rounds + queens(n)
        print(n, queens(n), rounds)


if __name__ == "__main__":
    main()
