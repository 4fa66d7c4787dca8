SIZE = 3000

NAMES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "/": "/"}


def quote(s):
    out = '"'
    for c in s:
        name = NAMES.get(c)
        if name is None:
            out += c
        else:
            out += name
    return out + '"'


def encode(v):
    if isinstance(v, str):
        return quote(v)
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, float):
        return str(int(v)) if v.is_integer() else repr(v)
    if isinstance(v, int):
        return str(v)
    if v is None:
        return "null"
    if isinstance(v, list):
        parts = []
        for x in v:
            parts.append(encode(x))
        return "[" + ",".join(parts) + "]"
    parts = []
    for k, x in v.items():
        parts.append(quote(k) + ":" + encode(x))
    return "{" + ",".join(parts) + "}"


def skip_space(p):
    while p["at"] < p["end"] and p["text"][p["at"]] <= " ":
        p["at"] += 1


def expect(p, c):
    if p["text"][p["at"]] != c:
        raise ValueError(f"expected {c} at {p['at']}")
    p["at"] += 1


def read_value(p):
    skip_space(p)
    c = p["text"][p["at"]]
    if c == "{":
        return read_map(p)
    if c == "[":
        return read_array(p)
    if c == '"':
        return read_string(p)
    if c == "t":
        return read_word(p, "true", True)
    if c == "f":
        return read_word(p, "false", False)
    if c == "n":
        return read_word(p, "null", None)
    return read_number(p)


def read_word(p, word, value):
    if p["text"][p["at"]:p["at"] + len(word)] != word:
        raise ValueError("unknown word")
    p["at"] += len(word)
    return value


def read_number(p):
    start = p["at"]
    whole = True
    while p["at"] < p["end"]:
        c = p["text"][p["at"]]
        if c == "." or c == "e" or c == "E":
            whole = False
        elif c != "-" and c != "+" and (c < "0" or c > "9"):
            break
        p["at"] += 1
    text = p["text"][start:p["at"]]
    if text == "":
        raise ValueError(f"no value at {start}")
    if whole:
        return int(text)
    return float(text)


def read_string(p):
    expect(p, '"')
    out = ""
    while True:
        if p["at"] >= p["end"]:
            raise ValueError("unterminated string")
        c = p["text"][p["at"]]
        p["at"] += 1
        if c == '"':
            return out
        if c == "\\":
            c = ESCAPES[p["text"][p["at"]]]
            p["at"] += 1
        out = out + c


def read_array(p):
    out = []
    expect(p, "[")
    skip_space(p)
    if p["text"][p["at"]] == "]":
        p["at"] += 1
        return out
    while True:
        out.append(read_value(p))
        skip_space(p)
        if p["text"][p["at"]] == "]":
            break
        expect(p, ",")
    p["at"] += 1
    return out


def read_map(p):
    out = {}
    expect(p, "{")
    skip_space(p)
    if p["text"][p["at"]] == "}":
        p["at"] += 1
        return out
    while True:
        skip_space(p)
        key = read_string(p)
        skip_space(p)
        expect(p, ":")
        out[key] = read_value(p)
        skip_space(p)
        if p["text"][p["at"]] == "}":
            break
        expect(p, ",")
    p["at"] += 1
    return out


def decode(text):
    p = {"text": text, "at": 0, "end": len(text)}
    value = read_value(p)
    skip_space(p)
    if p["at"] != p["end"]:
        raise ValueError("text after the value")
    return value


def record(i):
    return {
        "id": i,
        "name": f"host-{i}",
        "note": f'line one\nsays "{i}"\tand \\',
        "load": i % 100 / 8,
        "up": i % 3 != 0,
        "owner": None if i % 4 == 0 else f"team {i % 4}",
        "ports": [22, 80, 443, 8000 + i % 50],
        "tags": {"zone": f"z{i % 5}", "empty": [], "none": {}},
    }


def yes(value):
    return "true" if value else "false"


def main():
    records = []
    for i in range(SIZE):
        records.append(record(i))
    text = encode(records)
    print(len(text))
    back = decode(text)
    print(yes(back == records), yes(encode(back) == text))
    spaced = text.replace(",", " ,\n  ")
    print(len(spaced), yes(encode(decode(spaced)) == text))
    load = 0
    for r in back:
        load = load + r["load"] + r["ports"][3]
    print(f"{load:.3f}")


if __name__ == "__main__":
    main()
