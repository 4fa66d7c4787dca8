"""Programs under the debugger, as a host has it."""

from __future__ import annotations

from typing import Any

import sentra

MODES = ("auto", "closure")

PROGRAM = """\
fn area(w, h) {
  let doubled = w * 2

  return doubled / h
}
fn total(sizes) {
  let whole = 0
  for s in sizes {
    whole = whole + area(s, 4)
  }
  return whole
}
let result = total([1, 2, 3])
"""


def stops(text: str, script: Any, mode: str = "auto", *, setup: Any = None, **settings: Any):
    """Run a program; `script` gives the command for each stop, or is called with the pause.

    What comes back is "reason line" for each stop, and the run or what it raised.
    """
    engine = sentra.Engine(debug=True, mode=mode, **settings)
    seen: list[str] = []
    commands = iter(script) if isinstance(script, list) else None

    def on_stop(pause):
        seen.append(f"{pause.reason} {pause.frame.line}")
        if commands is not None:
            return next(commands, "continue")
        return script(pause)

    engine.debugger.on_stop = on_stop
    if setup is not None:
        setup(engine.debugger)
    try:
        return seen, engine.run(text, filename="t.sn")
    except sentra.SentraError as error:
        return seen, error


def at_start(debugger):
    debugger.at_start = True
