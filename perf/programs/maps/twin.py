SIZE = 500000


def text(value):
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def main():
    counts = {}
    for i in range(SIZE):
        key = "k" + str(i * 7919 % 1000)
        if key in counts:
            counts[key] = counts[key] + 1
        else:
            counts[key] = 1
    print(len(counts), counts.get("k0"), text(counts.get("k999")), text(counts.get("missing")))

    seen = {}
    repeats = 0
    x = 1
    for _ in range(SIZE):
        x = (x * 48271) % 2147483647
        slot = x % 50021
        if seen.get(slot):
            repeats += 1
        seen[slot] = True
    print(repeats, len(list(seen)))

    person = {"name": "Ada", "age": 36, "city": "London", "visits": 0}
    for i in range(SIZE):
        person["visits"] = person["visits"] + 1
        if person["age"] < 100 and i % 4000 == 0:
            person["age"] = person["age"] + 1
    print("{" + ", ".join(f"{k}: {v}" for k, v in person.items()) + "}")

    total = 0
    for _ in range(20):
        for k, v in counts.items():
            total = total + v
            if v > 200 and len(k) == 2:
                total += 1
    print(total)

    removed = 0
    for k in list(seen):
        if k % 2 == 0:
            del seen[k]
            removed += 1
    print(removed, len(seen), text(1 in seen), seen.get(4, "none"))


if __name__ == "__main__":
    main()
