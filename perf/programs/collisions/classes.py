from math import floor, sqrt

SIZE = 800

SECTOR = 10
NEAR = 3.0


class Aircraft:
    def __init__(self, i):
        self.sign = f"F{i}"
        self.x = i * 37 % 200 + 0.5
        self.y = i * 91 % 200 + 0.25
        self.vx = (i % 7 - 3) * 0.9
        self.vy = (i % 5 - 2) * 1.1


class Conflict:
    def __init__(self, first, second, distance):
        self.first = first
        self.second = second
        self.distance = distance


def move(plane):
    plane.x = plane.x + plane.vx
    plane.y = plane.y + plane.vy
    if plane.x < 0 or plane.x > 200:
        plane.vx = -plane.vx
    if plane.y < 0 or plane.y > 200:
        plane.vy = -plane.vy


def sector_of(plane):
    return floor(plane.x / SECTOR) * 1000 + floor(plane.y / SECTOR)


def sort_into_sectors(planes):
    sectors = {}
    for plane in planes:
        s = sector_of(plane)
        if s not in sectors:
            sectors[s] = []
        sectors[s].append(plane)
    return sectors


def distance(a, b):
    dx = a.x - b.x
    dy = a.y - b.y
    return sqrt(dx * dx + dy * dy)


def conflicts_between(planes, others, same, found):
    for i, a in enumerate(planes):
        start = i + 1 if same else 0
        for j in range(start, len(others)):
            b = others[j]
            d = distance(a, b)
            if d < NEAR:
                found.append(Conflict(a.sign, b.sign, d))


def find_conflicts(planes):
    sectors = sort_into_sectors(planes)
    found = []
    for s, inside in sectors.items():
        conflicts_between(inside, inside, True, found)
        for step in (1, 1000, 1001, 999):
            others = sectors.get(s + step)
            if others is not None:
                conflicts_between(inside, others, False, found)
    return found


def main():
    planes = []
    for i in range(250):
        planes.append(Aircraft(i))
    total = 0
    closest = Conflict("nil", "nil", 1000)
    involved = {}
    for frame in range(SIZE):
        for plane in planes:
            move(plane)
        for c in find_conflicts(planes):
            total += 1
            involved[c.first + "/" + c.second] = frame
            if 0 < c.distance < closest.distance:
                closest = c
    print(total, len(involved))
    print(closest.first, closest.second, f"{closest.distance:.6f}")


if __name__ == "__main__":
    main()
