SIZE = 2400


def main():
    steps = 0
    for i in range(SIZE):
        for j in range(i, SIZE, 2):
            if j % 7 == 3:
                continue
            steps = steps + 1
    print(steps)

    pairs = 0
    for i in range(SIZE):
        for j in range(i):
            if i + j > SIZE:
                break
            pairs = pairs + j
    print(pairs)

    k = SIZE * SIZE
    rounds = 0
    while k > 0:
        k = k - 3
        rounds += 1
    print(rounds)

    weights = list(range(SIZE))
    best = 0
    for index, weight in enumerate(weights):
        score = 0
        for other in weights:
            if other > weight:
                break
            score = score + other - index
        if score > best:
            best = score
    print(best)

    down = 0
    for i in range(SIZE, 0, -1):
        j = 0
        while True:
            j = j + 1
            if j * j > i * 16:
                break
        down = down + j
    print(down)


if __name__ == "__main__":
    main()
