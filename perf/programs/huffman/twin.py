SIZE = 180000


def sample(n):
    words = ["alert", "from", "sensor", "nine", "reports", "low", "pressure", "again", "and",
             "again"]
    parts = []
    seed = 99
    for _ in range(n):
        seed = (seed * 16807) % 2147483647
        parts.append(words[seed % len(words)])
    return " ".join(parts)


def frequencies(text):
    counts = {}
    for c in text:
        counts[c] = counts.get(c, 0) + 1
    return counts


def insert_sorted(nodes, node):
    i = len(nodes)
    while i > 0 and nodes[i - 1]["weight"] < node["weight"]:
        i -= 1
    nodes.insert(i, node)


def build(counts):
    nodes = []
    for c in sorted(counts):
        insert_sorted(nodes, {"weight": counts[c], "symbol": c})
    while len(nodes) > 1:
        a = nodes.pop()
        b = nodes.pop()
        insert_sorted(nodes, {"weight": a["weight"] + b["weight"], "left": a, "right": b})
    return nodes[0]


def codes(node, prefix, table):
    if "symbol" in node:
        table[node["symbol"]] = prefix
    else:
        codes(node["left"], prefix + "0", table)
        codes(node["right"], prefix + "1", table)
    return table


def encode(text, table):
    bits = []
    for c in text:
        bits.append(table[c])
    return "".join(bits)


def decode(bits, tree):
    out = []
    node = tree
    for bit in bits:
        node = node["left"] if bit == "0" else node["right"]
        if "symbol" in node:
            out.append(node["symbol"])
            node = tree
    return "".join(out)


def main():
    text = sample(SIZE)
    tree = build(frequencies(text))
    table = codes(tree, "", {})
    bits = encode(text, table)
    back = decode(bits, tree)
    print(len(text) * 8, len(bits), "true" if back == text else "false")
    for c in sorted(table)[:6]:
        print("'" + c + "'", table[c])


if __name__ == "__main__":
    main()
