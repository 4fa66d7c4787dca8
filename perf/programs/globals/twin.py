SIZE = 1200000

hits = 0
misses = 0
level = 1
history = []
LIMIT = 50
seed = 42


def next_random():
    global seed
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed


def shoot():
    global hits, misses
    if next_random() % 100 < LIMIT + level:
        hits = hits + 1
        if hits % 10000 == 0:
            promote()
    else:
        misses += 1


def promote():
    global level
    level += 1
    history.append([level, hits, misses])


def main():
    for _ in range(SIZE):
        shoot()
    print(hits, misses, level, seed)
    print(len(history), "true" if hits + misses == SIZE else "false")


if __name__ == "__main__":
    main()
