SIZE = 2500000


def churn(n):
    a = 1
    b = 7
    total = 0
    for i in range(n):
        a = (a * 31 + i) % 10007
        b = b + a - i % 13
        if b > 100000:
            b = b - 100000
        total = total + (a - b) * 2
    return total


def main():
    print(churn(SIZE))


if __name__ == "__main__":
    main()
