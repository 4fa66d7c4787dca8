SIZE = 100000

IDLE = 0
WORKER = 1
HANDLER_A = 2
HANDLER_B = 3
DEVICE_A = 4
DEVICE_B = 5

KIND_DEVICE = 0
KIND_WORK = 1
PACKET_SIZE = 4


class Packet:
    def __init__(self, link, id, kind):
        self.link = link
        self.id = id
        self.kind = kind
        self.value = 0
        self.data = [0, 0, 0, 0]


def append_to(queue, item):
    item.link = None
    if queue is None:
        return item
    p = queue
    while p.link is not None:
        p = p.link
    p.link = item
    return queue


class Task:
    def __init__(self, id, priority, queue, run, data):
        self.id = id
        self.priority = priority
        self.queue = queue
        self.run = run
        self.data = data
        self.next = None
        self.held = False
        self.waiting = queue is None
        self.pending = queue is not None


class Scheduler:
    def __init__(self):
        self.tasks = [None] * 6
        self.list = None
        self.current = None
        self.queued = 0
        self.held = 0


class IdleData:
    def __init__(self, control, count):
        self.control = control
        self.count = count


class WorkerData:
    def __init__(self, destination, letter):
        self.destination = destination
        self.letter = letter


class HandlerData:
    def __init__(self):
        self.work = None
        self.devices = None


class DeviceData:
    def __init__(self):
        self.pending = None


def add_task(s, t):
    t.next = s.list
    s.list = t
    s.tasks[t.id] = t


def blocked(t):
    return t.held or (not t.pending and t.waiting)


def schedule(s):
    s.current = s.list
    while s.current is not None:
        t = s.current
        if blocked(t):
            s.current = t.next
        else:
            s.current = run_task(s, t)


def run_task(s, t):
    message = None
    if t.pending and t.waiting:
        message = t.queue
        t.queue = message.link
        t.pending = t.queue is not None
        t.waiting = False
    elif not t.waiting and not t.pending:
        message = None
    return t.run(s, t, message)


def wait_for(s, t):
    t.waiting = True
    return t


def hold(s, t):
    s.held = s.held + 1
    t.held = True
    return t.next


def release(s, t, id):
    other = s.tasks[id]
    if other is None:
        return other
    other.held = False
    if other.priority > t.priority:
        return other
    return t


def send_packet(s, t, item):
    other = s.tasks[item.id]
    if other is None:
        return other
    s.queued = s.queued + 1
    item.link = None
    item.id = t.id
    if other.queue is None:
        other.queue = item
        other.pending = True
        if other.priority > t.priority:
            return other
    else:
        append_to(other.queue, item)
    return t


def run_idle(s, t, message):
    d = t.data
    d.count = d.count - 1
    if d.count == 0:
        return hold(s, t)
    if d.control % 2 == 0:
        d.control = d.control // 2
        return release(s, t, DEVICE_A)
    d.control = (d.control // 2) ^ 53256
    return release(s, t, DEVICE_B)


def run_worker(s, t, message):
    if message is None:
        return wait_for(s, t)
    d = t.data
    d.destination = HANDLER_A + HANDLER_B - d.destination
    message.id = d.destination
    message.value = 0
    for i in range(PACKET_SIZE):
        d.letter = d.letter + 1
        if d.letter > 26:
            d.letter = 1
        message.data[i] = 64 + d.letter
    return send_packet(s, t, message)


def run_handler(s, t, message):
    d = t.data
    if message is not None:
        if message.kind == KIND_WORK:
            d.work = append_to(d.work, message)
        else:
            d.devices = append_to(d.devices, message)
    if d.work is not None:
        work = d.work
        count = work.value
        if count >= PACKET_SIZE:
            d.work = work.link
            return send_packet(s, t, work)
        if d.devices is not None:
            device = d.devices
            d.devices = device.link
            device.value = work.data[count]
            work.value = count + 1
            return send_packet(s, t, device)
    return wait_for(s, t)


def run_device(s, t, message):
    d = t.data
    if message is None:
        if d.pending is None:
            return wait_for(s, t)
        item = d.pending
        d.pending = None
        return send_packet(s, t, item)
    d.pending = message
    return hold(s, t)


def simulate(rounds):
    s = Scheduler()
    add_task(s, Task(IDLE, 0, None, run_idle, IdleData(1, rounds)))
    s.tasks[IDLE].waiting = False
    queue = Packet(None, WORKER, KIND_WORK)
    queue = Packet(queue, WORKER, KIND_WORK)
    add_task(s, Task(WORKER, 1000, queue, run_worker, WorkerData(HANDLER_A, 0)))
    for handler in [[HANDLER_A, DEVICE_A, 2000], [HANDLER_B, DEVICE_B, 3000]]:
        queue = None
        for _ in range(3):
            queue = Packet(queue, handler[1], KIND_DEVICE)
        add_task(s, Task(handler[0], handler[2], queue, run_handler, HandlerData()))
    for id, priority in {DEVICE_A: 4000, DEVICE_B: 5000}.items():
        add_task(s, Task(id, priority, None, run_device, DeviceData()))
    for t in s.tasks:
        if t.queue is not None:
            t.waiting = True
    schedule(s)
    return s


def main():
    s = simulate(SIZE)
    print(s.queued, s.held)


if __name__ == "__main__":
    main()
