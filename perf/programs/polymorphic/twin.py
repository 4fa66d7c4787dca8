SIZE = 900


def total(values, start):
    result = start
    for v in values:
        result += v
    return result


def largest(values):
    best = values[0]
    for v in values:
        if v > best:
            best = v
    return best


def ordered(values):
    for i in range(1, len(values)):
        if values[i - 1] > values[i]:
            return False
    return True


def quicksort(values):
    if len(values) < 2:
        return values
    pivot = values[0]
    less = []
    more = []
    for v in values[1:]:
        if v < pivot:
            less.append(v)
        else:
            more.append(v)
    return [*quicksort(less), pivot, *quicksort(more)]


def labels(prefix, values):
    text = ""
    for v in values:
        text += f"{prefix}{v};"
    return len(text)


def mix(a, b, rounds):
    r = a
    for i in range(rounds):
        r = r * b + a - i
    return r


def main():
    seed = 7
    ints = []
    floats = []
    words = []
    for _ in range(60):
        seed = (seed * 1103515245 + 12345) % 2147483648
        ints.append(seed % 1000)
        floats.append((seed % 997) / 8)
        words.append(f"w{seed % 89}")
    found = 0
    for i in range(SIZE):
        found = found + total(ints, i) + total(floats, 0.5) + len(total(words, ""))
        found = found + largest(ints) + largest(floats) + len(largest(words))
        found = found + quicksort(ints)[3] + quicksort(floats)[3] + len(quicksort(words)[3])
        if ordered(ints) or ordered(floats) or ordered(words):
            print("in order")
        found = found + labels("n", ints) + labels("s", words)
        found = found + mix(1, 1, 40) + mix(0.5, 0.25, 40)
    print(found, quicksort(words)[0], "true" if ordered(quicksort(ints)) else "false")


if __name__ == "__main__":
    main()
