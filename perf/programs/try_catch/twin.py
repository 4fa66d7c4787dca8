SIZE = 500000


class Thrown(Exception):
    def __init__(self, value):
        self.value = value


def check(n):
    if n % 5 == 0:
        raise Thrown("multiple of five")
    if n % 7 == 0:
        raise Thrown({"code": n, "text": "multiple of seven"})
    return n


def ratio(a, b):
    try:
        return a / b
    except ZeroDivisionError:
        return 0


def guarded(n, state):
    try:
        state["tries"] = state["tries"] + 1
        return check(n)
    except Thrown as e:
        if isinstance(e.value, str):
            return -1
        return -e.value["code"]
    finally:
        state["finals"] = state["finals"] + 1


def main():
    state = {"tries": 0, "finals": 0}
    total = 0
    for i in range(SIZE):
        total = total + guarded(i, state)
    print(total, state["tries"], state["finals"])

    quotients = 0
    for i in range(SIZE):
        quotients = quotients + ratio(i, i % 10)
    print(f"{quotients:.4f}")

    quiet = 0
    for i in range(SIZE):
        try:
            quiet = quiet + i % 3
        except TypeError:
            quiet = -1
    print(quiet)


if __name__ == "__main__":
    main()
