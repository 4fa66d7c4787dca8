SIZE = 140

REQUIRED = 0
STRONG = 1
NORMAL = 2
WEAK = 3
WEAKEST = 4

next_id = 0


def variable(name, value):
    return {"name": name, "value": value, "users": [], "decided_by": None, "strength": WEAKEST,
            "mark": 0, "stay": True}


def add_user(v, c):
    v["users"].append(c)


def drop_user(v, c):
    kept = []
    for u in v["users"]:
        if u["id"] != c["id"]:
            kept.append(u)
    v["users"] = kept


def constraint(kind, strength, variables, run):
    global next_id
    next_id += 1
    return {"id": next_id, "kind": kind, "strength": strength, "vars": variables, "run": run,
            "output": -1, "fixed": kind == "stay"}


def weakest_output(c, mark):
    best = -1
    for i, v in enumerate(c["vars"]):
        if v["mark"] == mark:
            continue
        if v["strength"] > c["strength"] and (
                best < 0 or v["strength"] > c["vars"][best]["strength"]):
            best = i
    return best


def output_strength(c):
    s = c["strength"]
    for i, v in enumerate(c["vars"]):
        if i != c["output"]:
            s = max(s, v["strength"])
    return s


def new_planner():
    return {"mark": 0, "executed": 0, "retracted": 0}


def satisfy(planner, c, mark):
    out = weakest_output(c, mark)
    if out < 0:
        if c["strength"] == REQUIRED:
            raise ValueError("cannot satisfy a required constraint")
        c["output"] = -1
        return None
    c["output"] = out
    for i, v in enumerate(c["vars"]):
        if i != out:
            v["mark"] = mark
    target = c["vars"][out]
    overridden = target["decided_by"]
    if overridden is not None:
        overridden["output"] = -1
        planner["retracted"] = planner["retracted"] + 1
    target["decided_by"] = c
    propagate_from(planner, c, mark)
    target["mark"] = mark
    return overridden


def add_constraint(planner, c):
    for v in c["vars"]:
        add_user(v, c)
    planner["mark"] = planner["mark"] + 1
    mark = planner["mark"]
    again = satisfy(planner, c, mark)
    while again is not None:
        again = satisfy(planner, again, mark)


def remove_constraint(planner, c):
    for v in c["vars"]:
        drop_user(v, c)
    if c["output"] < 0:
        return
    out = c["vars"][c["output"]]
    c["output"] = -1
    out["decided_by"] = None
    out["strength"] = WEAKEST
    out["stay"] = True
    waiting = []
    for user in out["users"]:
        if user["output"] < 0:
            waiting.append(user)
    waiting.sort(key=lambda user: user["strength"])
    for user in waiting:
        planner["mark"] = planner["mark"] + 1
        mark = planner["mark"]
        again = satisfy(planner, user, mark)
        while again is not None:
            again = satisfy(planner, again, mark)


def propagate_from(planner, c, mark):
    todo = [c]
    steps = 0
    while len(todo) > 0:
        d = todo.pop()
        out = d["vars"][d["output"]]
        out["strength"] = output_strength(d)
        out["stay"] = d["fixed"]
        if d["kind"] != "stay":
            out["value"] = d["run"](d)
            planner["executed"] = planner["executed"] + 1
        steps += 1
        if steps > 10000:
            raise ValueError("cycle")
        for user in out["users"]:
            if user["output"] >= 0 and user["vars"][user["output"]]["name"] != out["name"]:
                todo.append(user)


def run_equal(c):
    return c["vars"][1 - c["output"]]["value"]


def run_scale(c):
    factor = c["vars"][1]["value"]
    offset = c["vars"][2]["value"]
    if c["output"] == 3:
        return c["vars"][0]["value"] * factor + offset
    return (c["vars"][3]["value"] - offset) // factor


def run_edit(c):
    return c["input"]


def chain(planner, n):
    cells = []
    for i in range(n):
        cells.append(variable(f"c{i}", 0))
    for i in range(n - 1):
        add_constraint(planner, constraint("equal", REQUIRED, [cells[i], cells[i + 1]],
                                           run_equal))
    stay = constraint("stay", STRONG, [cells[n - 1]], None)
    add_constraint(planner, stay)
    remove_constraint(planner, stay)
    total = 0
    for value in range(10):
        edit = constraint("edit", NORMAL, [cells[0]], run_edit)
        edit["input"] = value * 3
        add_constraint(planner, edit)
        total = total + cells[n - 1]["value"]
        remove_constraint(planner, edit)
    return total


def projection(planner, n):
    scale = variable("scale", 10)
    offset = variable("offset", 1000)
    targets = []
    add_constraint(planner, constraint("stay", NORMAL, [scale], None))
    add_constraint(planner, constraint("stay", NORMAL, [offset], None))
    for i in range(n):
        source = variable(f"s{i}", i)
        target = variable(f"t{i}", 0)
        targets.append(target)
        add_constraint(planner, constraint("stay", WEAK, [source], None))
        add_constraint(planner, constraint("scale", REQUIRED, [source, scale, offset, target],
                                           run_scale))
    total = 0
    for value in range(5):
        edit = constraint("edit", STRONG, [scale if value % 2 == 0 else offset], run_edit)
        edit["input"] = value + 2
        add_constraint(planner, edit)
        for t in targets:
            total = total + t["value"]
        remove_constraint(planner, edit)
    return total


def main():
    total = 0
    planner = new_planner()
    for _ in range(SIZE):
        total = total + chain(planner, 60) + projection(planner, 60)
    print(total, planner["executed"], planner["retracted"])


if __name__ == "__main__":
    main()
