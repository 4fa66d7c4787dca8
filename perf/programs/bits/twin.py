SIZE = 700000


def crc_table():
    table = []
    for n in range(256):
        c = n
        for _ in range(8):
            if c & 1 == 1:
                c = (c >> 1) ^ 0xEDB88320
            else:
                c = c >> 1
        table.append(c)
    return table


def crc(table, data):
    c = 0xFFFFFFFF
    for b in data:
        c = table[(c ^ b) & 0xFF] ^ (c >> 8)
    return c ^ 0xFFFFFFFF


def fnv(data):
    h = 0x811C9DC5
    for b in data:
        h = ((h ^ b) * 0x01000193) & 0xFFFFFFFF
    return h


def ones(n):
    count = 0
    while n > 0:
        n = n & (n - 1)
        count += 1
    return count


def main():
    data = []
    for i in range(SIZE):
        data.append((i * 37 + (i >> 5)) & 255)
    print(f"{crc(crc_table(), data):x}")
    print(f"{fnv(data):x}")
    total = 0
    for b in data:
        total = total + ones(b)
    print(total)


if __name__ == "__main__":
    main()
