from functools import reduce

SIZE = 240000


class BankError(Exception):
    def __init__(self, code, text):
        self.code = code
        self.text = text


def open_bank():
    accounts = {}
    journal = []

    def find_account(id):
        a = accounts.get(id)
        if a is None:
            raise BankError(404, "no account " + id)
        return a

    def open(id, limit):
        if id in accounts:
            raise BankError(409, "account " + id + " exists")
        accounts[id] = {"id": id, "balance": 0, "limit": limit, "entries": 0}

    def deposit(id, amount):
        if amount <= 0:
            raise BankError(400, "bad amount")
        a = find_account(id)
        a["balance"] += amount
        a["entries"] += 1
        journal.append({"kind": "deposit", "id": id, "amount": amount})

    def transfer(source, target, amount):
        a = find_account(source)
        b = find_account(target)
        if a["balance"] - amount < -a["limit"]:
            raise BankError(402, f"not enough on {source}")
        a["balance"] -= amount
        b["balance"] += amount
        a["entries"] += 1
        b["entries"] += 1
        journal.append({"kind": "transfer", "id": source, "to": target, "amount": amount})

    return {"open": open, "deposit": deposit, "transfer": transfer, "accounts": accounts,
            "journal": journal}


def main():
    bank = open_bank()
    for i in range(40):
        bank["open"](f"A{i}", i * 10)
    errors = {}
    for i in range(SIZE):
        try:
            match i % 5:
                case 0:
                    bank["deposit"](f"A{i % 40}", i * 7 % 90)
                case 1 | 2 | 3:
                    bank["transfer"](f"A{i * 3 % 41}", f"A{i * 11 % 40}", i % 120)
                case _:
                    bank["transfer"](f"A{i % 40}", f"A{(i + 1) % 40}", 5)
        except BankError as e:
            key = str(e.code)
            errors[key] = errors.get(key, 0) + 1
    for code in sorted(errors):
        print(code, errors[code])
    moved = 0
    by_kind = {}
    for entry in bank["journal"]:
        moved += entry["amount"]
        by_kind[entry["kind"]] = by_kind.get(entry["kind"], 0) + 1
    print(moved, by_kind["deposit"], by_kind["transfer"])
    accounts = list(bank["accounts"].values())
    print(reduce(lambda a, b: a + b, [a["balance"] for a in accounts]))
    accounts.sort(key=lambda a: -a["entries"])
    busiest = accounts[0]
    print(busiest["id"], busiest["entries"], busiest["balance"])


if __name__ == "__main__":
    main()
