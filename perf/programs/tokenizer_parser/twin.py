SIZE = 12000


def is_letter(c):
    return "a" <= c <= "z" or c == "_"


def is_digit(c):
    return "0" <= c <= "9"


def tokenize(text):
    tokens = []
    i = 0
    n = len(text)
    while i < n:
        c = text[i]
        if c == " ":
            i += 1
            continue
        if is_digit(c):
            start = i
            while i < n and is_digit(text[i]):
                i += 1
            tokens.append({"kind": "number", "text": text[start:i]})
        elif is_letter(c):
            start = i
            while i < n and is_letter(text[i]):
                i += 1
            tokens.append({"kind": "name", "text": text[start:i]})
        else:
            tokens.append({"kind": "sign", "text": c})
            i += 1
    tokens.append({"kind": "end", "text": ""})
    return tokens


POWER = {"+": 1, "-": 1, "*": 2, "%": 2}


def parser(tokens):
    at = 0

    def peek():
        return tokens[at]

    def take():
        nonlocal at
        t = tokens[at]
        at = at + 1
        return t

    def primary():
        t = take()
        if t["kind"] == "number":
            return {"op": "number", "value": int(t["text"])}
        if t["kind"] == "name":
            if peek()["text"] == "(":
                take()
                args = []
                while peek()["text"] != ")":
                    args.append(expression(0))
                    if peek()["text"] == ",":
                        take()
                take()
                return {"op": "call", "name": t["text"], "args": args}
            return {"op": "name", "name": t["text"]}
        if t["text"] == "-":
            return {"op": "negate", "right": primary()}
        if t["text"] == "(":
            inner = expression(0)
            take()
            return inner
        raise ValueError("unexpected " + t["text"])

    def expression(least):
        left = primary()
        while True:
            sign = peek()["text"]
            power = POWER.get(sign)
            if power is None or power <= least:
                return left
            take()
            left = {"op": sign, "left": left, "right": expression(power)}

    return expression(0)


def simplify(node):
    match node["op"]:
        case "number" | "name":
            return node
        case "negate":
            return {"op": "negate", "right": simplify(node["right"])}
        case "call":
            return {"op": "call", "name": node["name"],
                    "args": [simplify(arg) for arg in node["args"]]}
        case _:
            left = simplify(node["left"])
            right = simplify(node["right"])
            if left["op"] == "number" and right["op"] == "number" and node["op"] == "+":
                return {"op": "number", "value": left["value"] + right["value"]}
            if right["op"] == "number" and right["value"] == 1 and node["op"] == "*":
                return left
            return {"op": node["op"], "left": left, "right": right}


def remainder(a, b):
    """With the sign of `a`, as in the original."""
    return a % b if a >= 0 else -(-a % b)


def evaluate(node, names):
    match node["op"]:
        case "number":
            return node["value"]
        case "name":
            return names.get(node["name"]) or 0
        case "negate":
            return -evaluate(node["right"], names)
        case "+":
            return evaluate(node["left"], names) + evaluate(node["right"], names)
        case "-":
            return evaluate(node["left"], names) - evaluate(node["right"], names)
        case "*":
            return remainder(evaluate(node["left"], names) * evaluate(node["right"], names),
                             1000003)
        case "%":
            return remainder(evaluate(node["left"], names), 97)
        case "call":
            best = None
            for arg in node["args"]:
                v = evaluate(arg, names)
                if best is None or v > best:
                    best = v
            return best
        case _:
            raise ValueError("unknown " + node["op"])


def show(node):
    if node["op"] == "number":
        return str(node["value"])
    if node["op"] == "name":
        return node["name"]
    if node["op"] == "negate":
        return "-" + show(node["right"])
    if node["op"] == "call":
        return f"{node['name']}({', '.join([show(arg) for arg in node['args']])})"
    return f"({show(node['left'])} {node['op']} {show(node['right'])})"


def line(i):
    return (f"{i} + alpha * ({i % 13} - beta) % 97 + max({i}, gamma * 1, 3 + 4 + {i % 5})"
            " - -delta")


def main():
    names = {"alpha": 7, "beta": 3, "gamma": 12}
    total = 0
    shown = 0
    last = ""
    for i in range(SIZE):
        tree = simplify(parser(tokenize(line(i))))
        names["delta"] = i
        total = total + evaluate(tree, names)
        last = show(tree)
        shown = shown + len(last)
    print(total, shown)
    print(last)


if __name__ == "__main__":
    main()
