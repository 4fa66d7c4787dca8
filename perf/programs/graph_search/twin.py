SIZE = 300

STEPS = [[1, 0], [0, 1], [-1, 0], [0, -1]]


def make_grid(n):
    grid = []
    seed = 7
    for _ in range(n):
        row = []
        for _ in range(n):
            seed = (seed * 1103515245 + 12345) % 2147483648
            row.append(0 if seed % 1000 < 150 else 1 + seed % 9)
        grid.append(row)
    grid[0][0] = 1
    grid[n - 1][n - 1] = 1
    return grid


def breadth_first(grid, n):
    distance = {}
    distance[0] = 0
    queue = [[0, 0]]
    head = 0
    while head < len(queue):
        place = queue[head]
        head += 1
        x = place[0]
        y = place[1]
        d = distance[y * n + x]
        for step in STEPS:
            nx = x + step[0]
            ny = y + step[1]
            if nx < 0 or ny < 0 or nx >= n or ny >= n:
                continue
            if grid[ny][nx] == 0:
                continue
            key = ny * n + nx
            if key in distance:
                continue
            distance[key] = d + 1
            queue.append([nx, ny])
    return distance


def heap_push(heap, item):
    heap.append(item)
    i = len(heap) - 1
    while i > 0:
        parent = (i - 1) // 2
        if heap[parent]["cost"] <= heap[i]["cost"]:
            break
        heap[parent], heap[i] = heap[i], heap[parent]
        i = parent


def heap_pop(heap):
    top = heap[0]
    last = heap.pop()
    n = len(heap)
    if n == 0:
        return top
    heap[0] = last
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        if child + 1 < n and heap[child + 1]["cost"] < heap[child]["cost"]:
            child = child + 1
        if heap[i]["cost"] <= heap[child]["cost"]:
            break
        heap[child], heap[i] = heap[i], heap[child]
        i = child
    return top


def cheapest(grid, n):
    best = []
    for _ in range(n * n):
        best.append(-1)
    heap = []
    heap_push(heap, {"cost": 0, "x": 0, "y": 0})
    settled = 0
    while len(heap) > 0:
        place = heap_pop(heap)
        here = place["y"] * n + place["x"]
        if best[here] >= 0:
            continue
        best[here] = place["cost"]
        settled += 1
        for step in STEPS:
            nx = place["x"] + step[0]
            ny = place["y"] + step[1]
            if (nx >= 0 and ny >= 0 and nx < n and ny < n
                    and grid[ny][nx] > 0 and best[ny * n + nx] < 0):
                heap_push(heap, {"cost": place["cost"] + grid[ny][nx], "x": nx, "y": ny})
    return {"cost": best[n * n - 1], "settled": settled}


def main():
    grid = make_grid(SIZE)
    distance = breadth_first(grid, SIZE)
    print(len(distance), distance.get(SIZE * SIZE - 1))
    found = cheapest(grid, SIZE)
    print(found["cost"], found["settled"])


if __name__ == "__main__":
    main()
