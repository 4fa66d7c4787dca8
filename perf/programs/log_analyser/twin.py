SIZE = 110000


def log_line(i):
    paths = ["/", "/login", "/static/app.js", "/api/items", f"/api/items/{i % 40}", "/admin"]
    status = 200
    if i % 13 == 0:
        status = 404
    if i % 29 == 0:
        status = 500
    if i % 7 == 3:
        status = 302
    method = "POST" if i % 4 == 1 else "GET"
    hour = str(i // 60 % 24).rjust(2, "0")
    minute = str(i % 60).rjust(2, "0")
    return (f"192.168.{i % 4}.{i * 7 % 100} - - [12/Mar/2024:{hour}:{minute}:07 +0000] "
            f'"{method} {paths[i * 5 % 6]} HTTP/1.1" {status} {i * 37 % 9000}')


def parse_line(line):
    start = line.find("[")
    end = line.find("]")
    first_quote = line.find('"')
    last_quote = line.rfind('"')
    if start < 0 or first_quote < 0:
        return None
    request = line[first_quote + 1:last_quote].split(" ")
    rest = line[last_quote + 1:].strip().split(" ")
    stamp = line[start + 1:end]
    return {
        "ip": line.split(" ")[0],
        "hour": int(stamp.split(":")[1]),
        "method": request[0],
        "path": request[1],
        "status": int(rest[0]),
        "bytes": int(rest[1]),
    }


def bump(table, key, by):
    if key not in table:
        table[key] = 0
    table[key] += by


def section(path):
    parts = [p for p in path.split("/") if p != ""]
    if len(parts) == 0:
        return "(root)"
    return parts[0]


def top(table, n):
    return sorted(table.items(), key=lambda pair: (-pair[1], pair[0]))[:n]


def main():
    lines = [log_line(i) for i in range(SIZE)]
    by_status = {}
    by_section = {}
    by_ip = {}
    hours = [0] * 24
    total = 0
    failures = {}
    broken = 0
    for line in lines:
        e = parse_line(line)
        if e is None:
            broken += 1
            continue
        bump(by_status, e["status"], 1)
        bump(by_section, section(e["path"]), e["bytes"])
        bump(by_ip, e["ip"], 1)
        hours[e["hour"]] += 1
        total += e["bytes"]
        if e["status"] >= 400 and e["method"] == "POST":
            if e["ip"] not in failures:
                failures[e["ip"]] = []
            failures[e["ip"]].append(e["path"])
    print("requests:", len(lines), "bytes:", total, "broken:", broken)
    for key, count in top(by_status, 5):
        print(f"  {key}: {count}")
    for key, count in top(by_section, 4):
        print(f"  {key}: {count}")
    for key, count in top(by_ip, 3):
        print(f"  {key:<15} {count}")
    print("busiest hour:", hours.index(max(hours)))
    print("clients with failed posts:", len(failures), sum(map(len, failures.values())))


if __name__ == "__main__":
    main()
