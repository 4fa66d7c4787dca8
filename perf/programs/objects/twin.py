SIZE = 700000


def point(x, y):
    def norm1(self):
        ax = self["x"]
        ay = self["y"]
        if ax < 0:
            ax = -ax
        if ay < 0:
            ay = -ay
        return ax + ay
    return {
        "x": x,
        "y": y,
        "moved": lambda self, dx, dy: point(self["x"] + dx, self["y"] + dy),
        "norm1": norm1,
    }


def account(owner):
    self = {"owner": owner, "balance": 0, "moves": 0}

    def deposit(amount):
        self["balance"] = self["balance"] + amount
        self["moves"] = self["moves"] + 1
        return self

    def withdraw(amount):
        if amount > self["balance"]:
            return False
        self["balance"] = self["balance"] - amount
        self["moves"] = self["moves"] + 1
        return True
    self["deposit"] = deposit
    self["withdraw"] = withdraw
    return self


def savings(owner, rate):
    self = account(owner)
    self["rate"] = rate

    def add_interest():
        self["deposit"](self["balance"] * self["rate"] // 100)
    self["add_interest"] = add_interest
    return self


def main():
    p = point(0, 0)
    length = 0
    for i in range(SIZE // 3):
        p = p["moved"](p, i % 5 - 2, 1 - i % 3)
        length = length + p["norm1"](p)
    print(p["x"], p["y"], length)

    mine = savings("ann", 1)
    refused = 0
    for i in range(SIZE):
        mine["deposit"](i % 17)
        if not mine["withdraw"](i % 41):
            refused += 1
        if i % 1000 == 999:
            mine["add_interest"]()
    print(mine["owner"], mine["balance"], mine["moves"], refused)


if __name__ == "__main__":
    main()
