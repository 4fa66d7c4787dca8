SIZE = 16


def tree(depth):
    if depth == 0:
        return {"left": None, "right": None}
    return {"left": tree(depth - 1), "right": tree(depth - 1)}


def count(node):
    if node["left"] is None:
        return 1
    return 1 + count(node["left"]) + count(node["right"])


def main():
    print("stretch", count(tree(SIZE + 1)))
    long_lived = tree(SIZE)
    for depth in range(4, SIZE + 1, 2):
        rounds = 1
        for _ in range(depth, SIZE):
            rounds = rounds * 2
        total = 0
        for _ in range(rounds):
            total = total + count(tree(depth))
        print(f"{rounds} trees of depth {depth}: {total}")
    print("long lived", count(long_lived))


if __name__ == "__main__":
    main()
