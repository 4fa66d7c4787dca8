"""Exceptions sent to threads leave nothing behind."""

from __future__ import annotations

import subprocess
import sys

START = """
import ctypes, sys, threading
from _thread import get_ident
from sentra.runtime import interrupts

class Sent(BaseException):
    pass

def trace(frame, event, argument):
    return trace

def traced():
    sys.settrace(trace)
    (lambda: None)()  # never gets further on 3.11 while the interpreter is marked
    sys.settrace(None)
"""

# A thread that runs no Python code when the exception would arrive.
ENDED = """
import _thread, time
lock = threading.Lock()
lock.acquire()
ident = _thread.start_new_thread(lock.acquire, ())
while not interrupts.send(ident, ctypes.py_object(Sent)):
    time.sleep(0.001)
lock.release()
while interrupts.send(ident, ctypes.py_object(Sent)):
    time.sleep(0.001)
"""


def test_tracing_works_after_settling() -> None:
    program = START + ENDED + "interrupts.settle(); traced(); print('done')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          timeout=30)
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_what_is_taken_back_does_not_arrive() -> None:
    program = START + """
def receive():
    try:
        sender = threading.Thread(
            target=interrupts.send, args=(get_ident(), ctypes.py_object(Sent)))
        sender.start()
        sender.join()
        interrupts.take_back()
    except Sent:
        interrupts.settle()

for _ in range(300):
    receive()
traced()
print('done')
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          timeout=30)
    assert (done.stdout, done.stderr) == ("done\n", "")
