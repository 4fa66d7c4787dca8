SIZE = 200000


def partition(a, low, high):
    middle = (low + high) // 2
    pivot = a[middle]
    a[middle] = a[high]
    a[high] = pivot
    store = low
    for i in range(low, high):
        if a[i] < pivot:
            a[i], a[store] = a[store], a[i]
            store += 1
    a[high] = a[store]
    a[store] = pivot
    return store


def quicksort(a, low, high):
    if low >= high:
        return
    p = partition(a, low, high)
    quicksort(a, low, p - 1)
    quicksort(a, p + 1, high)


def main():
    numbers = []
    seed = 12345
    for _ in range(SIZE):
        seed = (seed * 16807) % 2147483647
        numbers.append(seed % 1000000)
    quicksort(numbers, 0, len(numbers) - 1)
    checksum = 0
    for i in range(1, SIZE):
        if numbers[i - 1] > numbers[i]:
            raise ValueError("not sorted")
        checksum = (checksum + numbers[i] * i) % 1000007
    print(numbers[0], numbers[SIZE // 2], numbers[-1], checksum)


if __name__ == "__main__":
    main()
