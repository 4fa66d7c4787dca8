"""Every builtin with arguments of every kind: a result, or an error of the program."""

from __future__ import annotations

import pytest

from sentra import Engine, Limits

PROGRAM = """\
import string
import array
import map
import math
import json
import regex
import encoding
import crypto
import time as times
import testing
import os
import io
import http
import net
import db
import websocket
let cyclic = [1]
push(cyclic, cyclic)
let values = [nil, true, -1, 3, 1.5, -1e308, "", "abc", "\\0\\u{10ffff}", [], [1, "a"],
              [[2, 1], [1]], {}, {a: 1}, fn(x) => x, fn() { throw "t" }, error("e"),
              shl(1, 5000), cyclic, sqrt, make_channel(1)]
let skipped = ["exit", "readline", "input", "sleep", "password_hash", "password_verify", "encrypt",
               "decrypt", "http_server_start"]
let failed = 0
for library in [string, array, map, math, json, regex, encoding, crypto, times, testing, os, io,
                http, net, db, websocket] {
  for name in library {
    let f = library[name]
    if name in skipped || type(f) != "function" { continue }
    try { f() } catch e { failed++ }
    for a in values {
      try { f(a) } catch e { failed++ }
      for b in values { try { f(a, b) } catch e { failed++ } }
    }
    for i in range(THIRD) {
      let a = values[i * 7 % len(values)]
      try { f(a, values[i * 5 % 19], values[i * 3 % 17]) } catch e { failed++ }
    }
  }
}
log(failed > 10000)
"""


@pytest.mark.parametrize("mode", ["interp", "closure", "tree"])
def test_no_builtin_has_an_error_of_its_own(mode: str) -> None:
    """An error of ours would not be caught by the program's ``catch``."""
    printed: list[str] = []
    engine = Engine(mode=mode, limits=Limits.default(time=60), stdout=printed.append)
    engine.run(PROGRAM.replace("THIRD", "323"))
    assert printed[-1].endswith("true\n")
