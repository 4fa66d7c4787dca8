SIZE = 480


def iterations(cr, ci, limit):
    zr = 0.0
    zi = 0.0
    for i in range(limit):
        r2 = zr * zr
        i2 = zi * zi
        if r2 + i2 > 4.0:
            return i
        zi = 2.0 * zr * zi + ci
        zr = r2 - i2 + cr
    return limit


def main():
    inside = 0
    total = 0
    for y in range(SIZE):
        ci = 2.4 * y / SIZE - 1.2
        for x in range(SIZE):
            cr = 3.0 * x / SIZE - 2.0
            n = iterations(cr, ci, 60)
            if n == 60:
                inside += 1
            total = total + n
    print(inside, total)


if __name__ == "__main__":
    main()
