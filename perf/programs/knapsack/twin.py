SIZE = 210


def things(n):
    items = []
    for i in range(n):
        items.append({"weight": 3 + i * 7 % 23, "value": 10 + i * 13 % 47})
    return items


def best(items, capacity):
    table = []
    first = []
    for _ in range(capacity + 1):
        first.append(0)
    table.append(first)
    for i in range(len(items)):
        item = items[i]
        above = table[i]
        row = []
        for w in range(capacity + 1):
            value = above[w]
            if item["weight"] <= w:
                value = max(value, above[w - item["weight"]] + item["value"])
            row.append(value)
        table.append(row)
    return table


def chosen(table, items, capacity):
    names = []
    w = capacity
    for i in range(len(items), 0, -1):
        if table[i][w] != table[i - 1][w]:
            names.append(i - 1)
            w = w - items[i - 1]["weight"]
    return names


def main():
    items = things(SIZE)
    capacity = SIZE * 6
    table = best(items, capacity)
    names = chosen(table, items, capacity)
    print(table[len(items)][capacity], len(names))
    print(" ".join(str(name) for name in names))
    for i in range(8):
        t = best(items, capacity - i * 10)
        print(t[len(items)][capacity - i * 10])


if __name__ == "__main__":
    main()
