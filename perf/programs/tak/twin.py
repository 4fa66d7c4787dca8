SIZE = 7


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


def main():
    for i in range(3):
        print(tak(3 * SIZE + i % 2, 2 * SIZE, SIZE - i))


if __name__ == "__main__":
    main()
