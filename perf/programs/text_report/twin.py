import math

SIZE = 110000


def number(x):
    return str(int(x)) if x == int(x) else repr(x)


def half_away(x):
    return math.floor(x + 0.5)


def make_rows(n):
    regions = ["north", "south", "east", "west"]
    goods = ["bolts", "cables", "hinges", "lamps", "screws", "valves", "wheels"]
    text = "day,region,item,units,price\n"
    for i in range(n):
        text += (f"{i % 28 + 1},{regions[i * 7 % 4]},{goods[i * 11 % 7]},{i * 13 % 40 + 1},"
                 f"{number((i * 37 % 900 + 100) / 100)}\n")
    return text


def read_rows(text):
    rows = []
    header = None
    for line in text.splitlines():
        cells = line.split(",")
        if header is None:
            header = cells
            continue
        row = {}
        for i, name in enumerate(header):
            row[name] = cells[i]
        rows.append(row)
    return rows


def grouped(rows, key):
    groups = {}
    for row in rows:
        name = row[key]
        if name not in groups:
            groups[name] = {"name": name, "units": 0, "revenue": 0.0, "days": {}}
        g = groups[name]
        units = int(row["units"])
        g["units"] = g["units"] + units
        g["revenue"] = g["revenue"] + units * float(row["price"])
        g["days"][row["day"]] = True
    return list(groups.values())


def money(x):
    cents = half_away(x * 100)
    return f"{cents // 100:,}.{cents % 100:02d}"


def bar(part, width):
    n = half_away(part * width)
    return "#" * n + "." * (width - n)


def table(title, groups):
    out = [title.upper(), "=" * 52]
    total = 0.0
    for g in groups:
        total = total + g["revenue"]
    for g in sorted(groups, key=lambda g: -g["revenue"]):
        share = g["revenue"] / total
        out.append(f"{g['name']:<8}{g['units']:>8}{money(g['revenue']):>16}  {bar(share, 12)}"
                   f" {share * 100:.1f}%")
    out.append(f"{'total':<16}{money(total):>16}")
    return "\n".join(out)


def main():
    rows = read_rows(make_rows(SIZE))
    print(table("by region", grouped(rows, "region")))
    print()
    print(table("by item", grouped(rows, "item")))
    days = [{"day": int(g["name"]), "per": g["revenue"] / g["units"]}
            for g in grouped(rows, "day")]
    days.sort(key=lambda d: d["day"])
    print()
    print(" ".join(f"{d['day']}:{d['per']:.2f}" for d in days))
    wordy = 0
    for row in rows:
        sentence = (f"On day {row['day']} the {row['region'].capitalize()} sold {row['units']}"
                    f" {row['item']}.")
        if "East" in sentence:
            wordy = wordy + len(sentence)
    print(wordy)


if __name__ == "__main__":
    main()
