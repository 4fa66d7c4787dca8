SIZE = 600000


def letters(n):
    s = ""
    for i in range(n):
        s = s + chr(97 + i % 26)
    return s


def numbered(n):
    s = ""
    for i in range(n):
        s += "n" + str(i) + ";"
    return s


def rows(n):
    parts = []
    for i in range(n):
        parts.append(f"row {i}: {i * i} of {n}")
    return "\n".join(parts)


def main():
    text = letters(SIZE)
    print(len(text), text[-30:])
    text = numbered(SIZE)
    print(len(text), text[-30:])
    text = rows(SIZE)
    print(len(text), text[-30:])


if __name__ == "__main__":
    main()
