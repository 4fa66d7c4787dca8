SIZE = 1700


def block(name):
    return {"name": name, "from": [], "to": []}


def connect(graph, a, b):
    while len(graph) <= max(a, b):
        graph.append(block(len(graph)))
    graph[a]["to"].append(b)
    graph[b]["from"].append(a)


def straight(graph, start, n):
    for i in range(n):
        connect(graph, start + i, start + i + 1)
    return start + n


def diamond(graph, start):
    connect(graph, start, start + 1)
    connect(graph, start, start + 2)
    connect(graph, start + 1, start + 3)
    connect(graph, start + 2, start + 3)
    return start + 3


def nest(graph, start, depth):
    header = straight(graph, start, 1)
    end = diamond(graph, header)
    if depth > 0:
        end = nest(graph, end, depth - 1)
        end = straight(graph, end, 1)
    connect(graph, end, header)
    after = end + 1
    connect(graph, header, after)
    return after


def number_blocks(graph):
    number = []
    for _ in graph:
        number.append(-1)
    order = []
    last = []
    stack = [[0, 0]]
    number[0] = 0
    order.append(0)
    last.append(0)
    while len(stack) > 0:
        top = stack[-1]
        to = graph[top[0]]["to"]
        if top[1] >= len(to):
            last[number[top[0]]] = len(order) - 1
            stack.pop()
            continue
        succ = to[top[1]]
        top[1] = top[1] + 1
        if number[succ] < 0:
            number[succ] = len(order)
            order.append(succ)
            last.append(0)
            stack.append([succ, 0])
    return {"number": number, "order": order, "last": last}


def find_root(parent, x):
    root = x
    while parent[root] != root:
        root = parent[root]
    while parent[x] != root:
        up = parent[x]
        parent[x] = root
        x = up
    return root


def is_ancestor(dfs, w, v):
    return w <= v <= dfs["last"][w]


def find_loops(graph):
    dfs = number_blocks(graph)
    count = len(dfs["order"])
    back = []
    other = []
    parent = []
    for w in range(count):
        backs = []
        others = []
        for name in graph[dfs["order"][w]]["from"]:
            v = dfs["number"][name]
            if v < 0:
                continue
            if is_ancestor(dfs, w, v):
                backs.append(v)
            else:
                others.append(v)
        back.append(backs)
        other.append(others)
        parent.append(w)
    loops = []
    loop_of = {}
    for w in range(count - 1, -1, -1):
        if len(back[w]) == 0:
            continue
        body = []
        inside = {}
        for v in back[w]:
            root = find_root(parent, v)
            if root != w and root not in inside:
                inside[root] = True
                body.append(root)
        reducible = True
        for x in body:
            for y in other[x]:
                root = find_root(parent, y)
                if not is_ancestor(dfs, w, root):
                    reducible = False
                    other[w].append(root)
                elif root != w and root not in inside:
                    inside[root] = True
                    body.append(root)
        found = {"header": w, "size": len(body) + 1, "reducible": reducible, "inner": [],
                 "depth": 0}
        for x in body:
            parent[x] = w
            if x in loop_of:
                found["inner"].append(loop_of[x])
        loop_of[w] = found
        loops.append(found)
    return loops


def set_depth(found, depth):
    found["depth"] = max(found["depth"], depth)
    for inner in found["inner"]:
        set_depth(inner, depth + 1)


def main():
    total = 0
    deepest = 0
    blocks = 0
    strange = 0
    for round in range(SIZE):
        graph = []
        at = straight(graph, 0, 2)
        for i in range(6):
            at = nest(graph, at, i % 5)
            at = diamond(graph, at)
        if round % 3 == 0:
            connect(graph, 1, 4)
        loops = find_loops(graph)
        for found in loops:
            set_depth(found, 1)
        for found in loops:
            deepest = max(deepest, found["depth"])
            total = total + found["size"]
            if not found["reducible"]:
                strange += 1
        blocks = blocks + len(graph)
    print(blocks, total, deepest, strange)


if __name__ == "__main__":
    main()
