SIZE = 90


def empty(n):
    rows = []
    for _ in range(n):
        row = []
        for _ in range(n):
            row.append(0)
        rows.append(row)
    return rows


def neighbours(cells, n, x, y):
    count = 0
    for dy in (-1, 0, 1):
        row = cells[(y + dy + n) % n]
        for dx in (-1, 0, 1):
            if dx != 0 or dy != 0:
                count = count + row[(x + dx + n) % n]
    return count


def step(cells, n):
    after = empty(n)
    for y in range(n):
        for x in range(n):
            count = neighbours(cells, n, x, y)
            if count == 3 or (count == 2 and cells[y][x] == 1):
                after[y][x] = 1
    return after


def main():
    cells = empty(SIZE)
    seed = 1
    for i in range(SIZE * SIZE):
        seed = seed * 16807 % 2147483647
        if seed % 10 < 4:
            cells[i // SIZE][i % SIZE] = 1
    for _ in range(60):
        cells = step(cells, SIZE)
    alive = 0
    for row in cells:
        alive = alive + sum(row)
    print(alive)
    for row in cells[:3]:
        print("".join("#" if c == 1 else "." for c in row))


if __name__ == "__main__":
    main()
