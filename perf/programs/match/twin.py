SIZE = 900000


def weekday(n):
    match n:
        case 0:
            return "monday"
        case 1:
            return "tuesday"
        case 2:
            return "wednesday"
        case 3:
            return "thursday"
        case 4:
            return "friday"
        case 5 | 6:
            return "weekend"
        case _:
            return "never"


def cost(level, amount):
    match level:
        case "debug" | "trace":
            return 0
        case "info":
            return amount
        case "warning":
            return amount * 2
        case "error" | "fatal":
            return amount * 10
        case _:
            return -1


def bucket(n):
    match n:
        case 0:
            return "zero"
        case small if small < 10:
            return "small"
        case medium if medium < 100:
            return "medium"
        case _:
            return "large"


def main():
    levels = ["info", "debug", "error", "warning", "trace", "fatal", "strange"]
    total = 0
    tally = {"zero": 0, "small": 0, "medium": 0, "large": 0}
    letters = 0
    for i in range(SIZE):
        total = total + cost(levels[i % 7], i % 11)
        letters = letters + len(weekday(i % 8))
        b = bucket(i % 250)
        tally[b] = tally[b] + 1
    print(total, letters, "{" + ", ".join(f"{k}: {v}" for k, v in tally.items()) + "}")


if __name__ == "__main__":
    main()
