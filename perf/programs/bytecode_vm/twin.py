SIZE = 120000


def assemble(text):
    code = []
    labels = {}
    rows = []
    for line in text.split("\n"):
        clean = line.strip()
        if clean == "":
            continue
        if clean.endswith(":"):
            labels[clean[:-1]] = len(rows)
        else:
            rows.append(clean.split(" "))
    for row in rows:
        op = row[0]
        if len(row) == 1:
            code.append([op, 0])
        elif row[1] in labels:
            code.append([op, labels[row[1]]])
        else:
            code.append([op, int(row[1])])
    return code


def run(code, argument):
    stack = []
    memory = [argument, 0, 0, 0]
    calls = []
    pc = 0
    steps = 0
    output = []
    while True:
        instruction = code[pc]
        op = instruction[0]
        arg = instruction[1]
        pc = pc + 1
        steps = steps + 1
        if op == "push":
            stack.append(arg)
        elif op == "load":
            stack.append(memory[arg])
        elif op == "store":
            memory[arg] = stack.pop()
        elif op == "add":
            b = stack.pop()
            stack[-1] = stack[-1] + b
        elif op == "sub":
            b = stack.pop()
            stack[-1] = stack[-1] - b
        elif op == "mul":
            b = stack.pop()
            stack[-1] = stack[-1] * b % 1000007
        elif op == "mod":
            b = stack.pop()
            stack[-1] = stack[-1] % b
        elif op == "less":
            b = stack.pop()
            a = stack.pop()
            stack.append(1 if a < b else 0)
        elif op == "jump":
            pc = arg
        elif op == "jumpz":
            if stack.pop() == 0:
                pc = arg
        elif op == "call":
            calls.append(pc)
            pc = arg
        elif op == "ret":
            pc = calls.pop()
        elif op == "dup":
            stack.append(stack[-1])
        elif op == "print":
            output.append(stack.pop())
        elif op == "halt":
            return {"steps": steps, "output": output}
        else:
            raise ValueError("unknown operation " + op)


PROGRAM = """
    push 0
    store 1
    push 1
    store 2
  loop:
    load 1
    load 0
    less
    jumpz done
    load 2
    load 1
    call mix
    store 2
    load 1
    push 1
    add
    store 1
    jump loop
  mix:
    push 7
    mul
    add
    dup
    push 3
    mod
    jumpz three
    push 1
    add
    ret
  three:
    push 2
    mul
    ret
  done:
    load 2
    print
    load 1
    print
    halt
"""


def main():
    program = assemble(PROGRAM)
    result = run(program, SIZE)
    print(len(program), result["steps"], result["output"])


if __name__ == "__main__":
    main()
