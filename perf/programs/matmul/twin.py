SIZE = 200


def matrix(n, seed):
    rows = []
    for i in range(n):
        row = []
        for j in range(n):
            row.append((i * seed + j) % 17 / 4)
        rows.append(row)
    return rows


def multiply(a, b, n):
    c = []
    for i in range(n):
        row = []
        for j in range(n):
            total = 0
            for k in range(n):
                total = total + a[i][k] * b[k][j]
            row.append(total)
        c.append(row)
    return c


def main():
    a = matrix(SIZE, 3)
    b = matrix(SIZE, 7)
    c = multiply(a, b, SIZE)
    trace = 0
    for i in range(SIZE):
        trace = trace + c[i][i]
    print(f"{trace:.4f} {c[0][SIZE - 1]:.4f} {c[SIZE - 1][0]:.4f}")


if __name__ == "__main__":
    main()
