SIZE = 9


def fannkuch(n):
    perm = []
    base = []
    count = []
    for i in range(n):
        base.append(i)
        perm.append(i)
        count.append(0)
    most = 0
    checksum = 0
    even = True
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        for i in range(n):
            perm[i] = base[i]
        flips = 0
        k = perm[0]
        while k != 0:
            low = 0
            high = k
            while low < high:
                perm[low], perm[high] = perm[high], perm[low]
                low += 1
                high -= 1
            flips += 1
            k = perm[0]
        if flips > most:
            most = flips
        if even:
            checksum = checksum + flips
        else:
            checksum = checksum - flips
        even = not even
        while True:
            if r == n:
                return [checksum, most]
            first = base[0]
            for i in range(r):
                base[i] = base[i + 1]
            base[r] = first
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1


def main():
    result = fannkuch(SIZE)
    print(f"{result[0]}\nPfannkuchen({SIZE}) = {result[1]}")


if __name__ == "__main__":
    main()
