from math import sqrt

SIZE = 270


def cell(i, j):
    return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1)


def times(v):
    n = len(v)
    out = []
    for i in range(n):
        total = 0.0
        for j in range(n):
            total = total + cell(i, j) * v[j]
        out.append(total)
    return out


def times_transposed(v):
    n = len(v)
    out = []
    for i in range(n):
        total = 0.0
        for j in range(n):
            total = total + cell(j, i) * v[j]
        out.append(total)
    return out


def both(v):
    return times_transposed(times(v))


def main():
    u = []
    for _ in range(SIZE):
        u.append(1.0)
    v = []
    for _ in range(10):
        v = both(u)
        u = both(v)
    vbv = 0.0
    vv = 0.0
    for i in range(SIZE):
        vbv = vbv + u[i] * v[i]
        vv = vv + v[i] * v[i]
    print(f"{sqrt(vbv / vv):.9f}")


if __name__ == "__main__":
    main()
