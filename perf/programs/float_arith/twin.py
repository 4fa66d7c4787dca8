SIZE = 2000000


def oscillate(n):
    x = 1.0
    v = 0.0
    energy = 0.0
    for _ in range(n):
        force = -x * 0.5 - v * 0.01
        v = v + force * 0.001
        x = x + v * 0.001
        energy = energy + (x * x + v * v) / 2.0
    return energy


def leibniz(n):
    total = 0.0
    sign = 1.0
    for k in range(n):
        total = total + sign / (2 * k + 1)
        sign = -sign
    return 4 * total


def main():
    print(f"{oscillate(SIZE):.6f}")
    print(f"{leibniz(SIZE):.9f}")


if __name__ == "__main__":
    main()
