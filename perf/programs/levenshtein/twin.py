SIZE = 200


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i in range(len(a)):
        current = [i + 1]
        for j in range(len(b)):
            cost = 1
            if a[i] == b[j]:
                cost = 0
            best = previous[j] + cost
            if previous[j + 1] + 1 < best:
                best = previous[j + 1] + 1
            if current[j] + 1 < best:
                best = current[j] + 1
            current.append(best)
        previous = current
    return previous[-1]


def word(seed, length):
    s = ""
    for _ in range(length):
        seed = (seed * 131 + 7) % 10007
        s = s + chr(97 + seed % 6)
    return s


def main():
    words = []
    for i in range(SIZE):
        words.append(word(i + 1, 8 + i % 9))
    total = 0
    nearest = 1000
    for i in range(len(words)):
        for j in range(i + 1, len(words)):
            d = distance(words[i], words[j])
            total = total + d
            nearest = min(nearest, d)
    print(total, nearest, distance("kitten", "sitting"))


if __name__ == "__main__":
    main()
