SIZE = 180000


def event(i):
    kinds = ["login", "login", "file", "network", "process"]
    kind = kinds[i * 7 % 5]
    e = {"id": i, "time": 1700000000 + i * 2, "kind": kind, "host": f"srv{i * 13 % 20}",
         "user": f"user{i * 31 % 50}"}
    if kind == "login":
        e["success"] = i * 17 % 10 > 3
        e["source"] = f"10.0.{i % 8}.{i * 3 % 250}"
    elif kind == "file":
        e["path"] = "/etc/shadow" if i % 9 == 0 else "/home/" + e["user"] + "/notes.txt"
        e["action"] = "read" if i % 2 == 0 else "write"
    elif kind == "network":
        e["port"] = [22, 80, 443, 4444, 8080][i % 5]
        e["bytes"] = i * 7919 % 500000
    else:
        e["command"] = "nc -l -p 4444" if i % 11 == 0 else "ls -la"
        e["privileged"] = i % 6 == 0
    return e


def holds(condition, e):
    value = e.get(condition["field"])
    match condition["test"]:
        case "is":
            return value == condition["value"]
        case "not":
            return value != condition["value"]
        case "above":
            return value is not None and value > condition["value"]
        case "contains":
            return value is not None and condition["value"] in value
        case "starts":
            return value is not None and value.startswith(condition["value"])
        case "in":
            return value in condition["value"]
        case _:
            raise ValueError("unknown test " + condition["test"])


RULES = [
    {"name": "shadow file", "severity": 8, "all": [
        {"field": "kind", "test": "is", "value": "file"},
        {"field": "path", "test": "starts", "value": "/etc/"}]},
    {"name": "odd port", "severity": 5, "all": [
        {"field": "kind", "test": "is", "value": "network"},
        {"field": "port", "test": "in", "value": [4444, 31337]}]},
    {"name": "large transfer", "severity": 4, "all": [
        {"field": "bytes", "test": "above", "value": 400000},
        {"field": "port", "test": "not", "value": 443}]},
    {"name": "listener", "severity": 9, "all": [
        {"field": "command", "test": "contains", "value": "nc -l"}],
     "when": lambda e: e["privileged"] or e["host"] == "srv1"},
    {"name": "failed login", "severity": 2, "all": [
        {"field": "kind", "test": "is", "value": "login"},
        {"field": "success", "test": "is", "value": False}],
     "limit": 5, "window": 600},
]


def matches(rule, e):
    for condition in rule["all"]:
        if not holds(condition, e):
            return False
    when = rule.get("when")
    return not (when is not None and not when(e))


def engine(rules):
    alerts = []
    windows = {}

    def crowded(rule, e):
        key = rule["name"] + "|" + e["user"]
        if key not in windows:
            windows[key] = []
        recent = windows[key]
        recent.append(e["time"])
        while len(recent) > 0 and recent[0] < e["time"] - rule["window"]:
            recent.pop(0)
        if len(recent) < rule["limit"]:
            return False
        windows[key] = []
        return True

    def process(e):
        for rule in rules:
            if not matches(rule, e):
                continue
            if rule.get("limit") is not None and not crowded(rule, e):
                continue
            alerts.append({"rule": rule["name"], "severity": rule["severity"], "event": e["id"],
                           "host": e["host"]})

    return {"process": process, "alerts": alerts}


def main():
    watch = engine(RULES)
    for i in range(SIZE):
        watch["process"](event(i))
    by_rule = {}
    by_host = {}
    for alert in watch["alerts"]:
        by_rule[alert["rule"]] = by_rule.get(alert["rule"], 0) + 1
        by_host[alert["host"]] = by_host.get(alert["host"], 0) + alert["severity"]
    for name in sorted(by_rule):
        print(f"{name:<16}", by_rule[name])
    hosts = sorted(by_host.items(), key=lambda e: (-e[1], e[0]))
    for host in hosts[:3]:
        print(host[0], host[1])


if __name__ == "__main__":
    main()
