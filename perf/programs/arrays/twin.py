SIZE = 600000


def fill_squares(n):
    a = []
    for i in range(n):
        a.append(i * i % 1009)
    return a


def prefix_sums(a):
    sums = [0]
    for i in range(len(a)):
        sums.append(sums[i] + a[i])
    return sums


def rotate(a, by):
    return a[by:] + a[:by]


def largest_gap(a):
    gap = 0
    for i in range(1, len(a)):
        d = a[i] - a[i - 1]
        if d < 0:
            d = -d
        if d > gap:
            gap = d
    return gap


def drain(a):
    stack = []
    kept = 0
    for x in a:
        while len(stack) > 0 and stack[-1] > x:
            stack.pop()
        stack.append(x)
        kept = kept + len(stack)
    return kept


def index_of(a, x):
    try:
        return a.index(x)
    except ValueError:
        return -1


def main():
    a = fill_squares(SIZE)
    sums = prefix_sums(a)
    print(len(sums), sums[-1])
    print(largest_gap(rotate(a, SIZE // 3)))
    print(drain(a))
    swapped = a[:]
    j = len(swapped) - 1
    i = 0
    while i < j:
        t = swapped[i]
        swapped[i] = swapped[j]
        swapped[j] = t
        j -= 1
        i += 1
    print("true" if swapped[0] == a[-1] else "false", "true" if swapped[-1] == a[0] else "false")
    ordered = sorted(a)
    print(ordered[:5], ordered[-5:])
    found = 0
    for x in range(40):
        if x in a:
            found += 1
    print(found, index_of(a, 1008), sum(a), max(a), min(a))


if __name__ == "__main__":
    main()
