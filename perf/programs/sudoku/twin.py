SIZE = 100

PUZZLES = [
    "..........7.1..3......42.6....7.14...2...37....3...8...6.53.2842.7...6.5...2...79",
    "86.91.......43....4.2........3..4.567......34..63...8...486.52.5...4.....7..2....",
    "...5.7....6.9.4.37......456..8.5....3..........281.7.5...42...317..9....2..1..9..",
    "867.....5.....8...4..6.5...2..1.....7.......4..63.7..93...6.52..2174......85...1.",
]


def read_board(text):
    cells = []
    for c in text:
        cells.append(0 if c == "." else int(c))
    return cells


def make_peers():
    peers = []
    for i in range(81):
        seen = {}
        row = i // 9
        column = i % 9
        for k in range(9):
            seen[row * 9 + k] = True
            seen[k * 9 + column] = True
            seen[(row // 3 * 3 + k // 3) * 9 + column // 3 * 3 + k % 3] = True
        del seen[i]
        peers.append(list(seen))
    return peers


peers = make_peers()
tries = 0


def candidates(cells, i):
    used = [False, False, False, False, False, False, False, False, False, False]
    for p in peers[i]:
        used[cells[p]] = True
    free = []
    for d in range(1, 10):
        if not used[d]:
            free.append(d)
    return free


def solve(cells):
    global tries
    best = None
    place = -1
    for i in range(81):
        if cells[i] != 0:
            continue
        free = candidates(cells, i)
        if best is None or len(free) < len(best):
            best = free
            place = i
            if len(free) < 2:
                break
    if place < 0:
        return True
    for d in best:
        tries += 1
        cells[place] = d
        if solve(cells):
            return True
    cells[place] = 0
    return False


def main():
    global tries
    for round in range(SIZE):
        tries = 0
        cells = read_board(PUZZLES[round % len(PUZZLES)])
        solved = solve(cells)
        print("true" if solved else "false", tries, "".join(str(c) for c in cells[:9]))


if __name__ == "__main__":
    main()
