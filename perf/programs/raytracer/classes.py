from math import floor, sqrt

SIZE = 200


class Vec:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z


def add(a, b):
    return Vec(a.x + b.x, a.y + b.y, a.z + b.z)


def sub(a, b):
    return Vec(a.x - b.x, a.y - b.y, a.z - b.z)


def scale(a, k):
    return Vec(a.x * k, a.y * k, a.z * k)


def dot(a, b):
    return a.x * b.x + a.y * b.y + a.z * b.z


def unit(a):
    return scale(a, 1 / sqrt(dot(a, a)))


class Sphere:
    def __init__(self, center, radius, shade, mirror):
        self.center = center
        self.radius = radius
        self.shade = shade
        self.mirror = mirror


class Hit:
    def __init__(self, ball, t):
        self.ball = ball
        self.t = t


WORLD = [
    Sphere(Vec(0, -1000, 0), 1000, 0.6, 0.0),
    Sphere(Vec(0, 1, 0), 1, 0.9, 0.3),
    Sphere(Vec(-2.2, 0.7, 0.4), 0.7, 0.5, 0.6),
    Sphere(Vec(1.9, 0.6, -0.8), 0.6, 0.7, 0.0),
]
LIGHT = unit(Vec(1.5, 3, -2))


def hit(ball, origin, direction):
    to = sub(origin, ball.center)
    b = dot(to, direction)
    c = dot(to, to) - ball.radius * ball.radius
    d = b * b - c
    if d < 0:
        return None
    root = sqrt(d)
    t = -b - root
    if t > 0.001:
        return t
    t = -b + root
    if t > 0.001:
        return t
    return None


def nearest(origin, direction):
    best = None
    closest = 1000000.0
    for ball in WORLD:
        t = hit(ball, origin, direction)
        if t is not None and t < closest:
            closest = t
            best = ball
    if best is None:
        return None
    return Hit(best, closest)


def trace(origin, direction, depth):
    found = nearest(origin, direction)
    if found is None:
        return 0.3 + 0.4 * (direction.y + 1) / 2
    ball = found.ball
    point = add(origin, scale(direction, found.t))
    normal = unit(sub(point, ball.center))
    brightness = 0.1
    if nearest(point, LIGHT) is None:
        brightness = brightness + max(0, dot(normal, LIGHT)) * 0.9
    color = brightness * ball.shade
    if ball.mirror > 0 and depth < 3:
        bounced = sub(direction, scale(normal, 2 * dot(direction, normal)))
        color = color * (1 - ball.mirror) + trace(point, bounced, depth + 1) * ball.mirror
    return color


LEVELS = " .:-=+*#%@"


def main():
    eye = Vec(0, 1.2, -4)
    total = 0.0
    picture = []
    for row in range(SIZE):
        line = ""
        for column in range(SIZE):
            x = (column - SIZE / 2) / SIZE
            y = (SIZE / 2 - row) / SIZE
            c = trace(eye, unit(Vec(x, y, 1)), 0)
            total = total + c
            line = line + LEVELS[min(9, floor(c * 10))]
        picture.append(line)
    print(f"{total:.6f}")
    for row in range(0, SIZE, max(1, SIZE // 8)):
        print(picture[row][:40])


if __name__ == "__main__":
    main()
