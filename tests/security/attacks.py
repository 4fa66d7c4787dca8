"""Hostile programs: each tries to crash, hang or flood the command, or to see the host.

``python tests/security/attacks.py [NAME…]`` runs them as commands in every mode under limits, and
prints what went wrong: a traceback, a crash, a run past the limit, a path of the host, a control
character. `test_attacks` runs a part of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 2.0  # seconds
LATE = TIMEOUT + 0.8  # half a second past the limit, and the start of Python
LIMITS = [f"--timeout={TIMEOUT:g}", "--max-memory=200000000", "--max-output=1000000"]
METERED = ["--max-steps=200000000", "--max-depth=10000"]
MODES = {
    "interp": ["--mode=interp"], "ast": ["--mode=closure"],
    "tree": ["--mode=closure", "--backend=tree"], "auto": [],
    "ast metered": ["--mode=closure", *METERED],
    "tree metered": ["--mode=closure", "--backend=tree", *METERED],
}

ATTACKS: dict[str, str] = {
    # integers
    "square": "let x = 3\nwhile true { x = x * x }",
    "square in a function": "fn f(x) { return f(x * x) }\nf(3)",
    "pow": "log(pow(10, 10000000000))",
    "pow of pow": "let x = 7\nwhile true { x = pow(x, x) }",
    "shl": "log(shl(1, 1000000000000))",
    "shl loop": "let x = 1\nwhile true { x = shl(x, 100000) }",
    "factorial": "log(factorial(10000000))",
    "digits": "log(str(pow(7, 2000000)))",
    "int of digits": 'log(int("9" * 10000000))',
    "sum doubles": "let x = 1\nwhile true { x = x + x }",
    "huge constant": "let x = " + "9" * 200_000 + "\nwhile true { x = x * x }",
    "huge modulo": "let x = pow(3, 400000)\nlet y = pow(2, 300000) + 1\n"
                   "while true { x = x * x % y }",
    "huge to float": "log(float(pow(10, 400)), pow(10, 400) / 3, 1e308 * pow(10, 400))",
    "huge compare": "let a = pow(10, 300000)\nwhile true { if a < a + 1 { } }",
    "gcd": "let a = pow(3, 600000)\nlet b = pow(2, 600000)\nwhile true { gcd(a, b) }",
    "round": "log(round(1e308, 400), round(5, -10000000000), round(1.5, 10000000000))",
    # strings
    "string doubles": 'let s = "ab"\nwhile true { s = s + s }',
    "string doubles in place": 'let s = "ab"\nwhile true { s += s }',
    "template doubles": 'let s = "ab"\nwhile true { s = `${s}${s}` }',
    "repeat": 'log(len(repeat("abc", 10000000000)))',
    "string times": 'log(len("abc" * 100000000000000000000))',
    "pad": 'log(len(pad_left("a", 10000000000)))',
    "join": 'let a = ["x"] * 1000000\nlog(len(join(a, "y" * 100000)))',
    "replace": 'let s = "a" * 1000000\nlog(len(replace(s, "a", s)))',
    "replace empty": 'let s = "a" * 1000000\nlog(len(replace(s, "", s)))',
    "split": 'let s = "a" * 10000000\nlet k = []\nwhile true { push(k, split(s, "")) }',
    "chars": 'let s = "a" * 10000000\nlet k = []\nwhile true { push(k, chars(s)) }',
    "format width": 'log(format("{:1000000000}", 1))\nlog(format("%1000000000d", 1))',
    "format attribute": 'log(format("{0.__class__.__mro__}", "x"))\nlog(format("{}{0[0]}", [1]))',
    "format precision": 'log(format("%.1000000000f", 1.5))\nlog(format("{:.1000000000f}", 1.5))',
    "find in repeats": 'let s = "a" * 5000000\nlet t = "a" * 2500000 + "b"\n'
                       "while true { index_of(s, t) }",
    "base64 grows": 'let s = "ab"\nwhile true { s = base64_encode(s) }',
    "url grows": 'let s = "%"\nwhile true { s = url_encode(s) }',
    "html grows": 'let s = "&"\nwhile true { s = html_escape(s) }',
    "json grows": 'let s = "\\""\nwhile true { s = json_encode(s) }',
    "upper grows": 'let s = "\\u{df}" * 1000000\nwhile true { s = upper(s) + s }',
    "hash of much": 'let s = "a" * 16000000\nwhile true { sha256(s) }',
    # arrays and maps
    "array doubles": "let a = [1]\nwhile true { a = a + a }",
    "array times": "log(len([1] * 100000000000))",
    "array holds itself": "let a = []\nwhile true { push(a, a + a) }",
    "push forever": "let a = []\nwhile true { push(a, 1) }",
    "push while iterating": "let a = [1]\nfor x in a { push(a, x) }",
    "map forever": "let m = {}\nlet i = 0\nwhile true { m[i] = i\ni = i + 1 }",
    "index past the end": "let a = []\na[100000000000] = 1",
    "index past the end again": "let a = []\nwhile true { a[len(a) + 999999] = 1 }",
    "range": "for x in range(100000000000000000000000) { }",
    "range array": "let a = range(10000000000)\nlog(len(a))",
    "range of floats": "for x in range(0, 1, 1e-300) { }",
    "range step": "log(len(range(0, pow(10, 30), pow(10, 29))))\nlog(range(pow(10,30)).length)",
    "flat": "let a = [1]\nfor i in range(40) { a = [a, a] }\nlog(len(flat(a, 100)))",
    "shared doubles": "let a = [1]\nfor i in range(100) { a = [a, a] }\nlog(a == clone(a))",
    "shared doubles printed": "let a = [1]\nfor i in range(100) { a = [a, a] }\nlog(a)",
    "shared doubles in text": 'let a = [1]\nfor i in range(100) { a = [a, a] }\nlet s = "" + a',
    "shared doubles encoded": "let a = [1]\nfor i in range(100) { a = [a, a] }\njson_encode(a)",
    "shared doubles compared": "let a = [1]\nlet b = [1]\n"
                               "for i in range(100) { a = [a, a]\nb = [b, b] }\nlog(a == b)",
    "shared doubles copied": "let a = [1]\nfor i in range(100) { a = [a, a] }\nlog(len(deep_clone(a)))",
    "shared doubles sorted": "let a = [1]\nfor i in range(100) { a = [a, a] }\nsort([a, a, a])",
    "shared doubles unique": "let a = [1]\nfor i in range(60) { a = [a, a] }\nlet b = [1]\n"
                             "for i in range(60) { b = [b, b] }\nlog(len(unique([a, b])))",
    "shared doubles in": "let a = [1]\nlet b = [1]\nfor i in range(60) { a = [a, a]\nb = [b, b] }\n"
                         "log(a in [b])\nlog(index_of([b], a))",
    "shared doubles memoized": "let a = [1]\nfor i in range(60) { a = [a, a] }\n"
                               "let f = memoize(fn(x) => 1)\nlog(f(a))",
    "deep data": "let a = []\nfor i in range(1000000) { a = [a] }\nlog(a)",
    "deep data compared": "let a = []\nlet b = []\n"
                          "for i in range(300000) { a = [a]\nb = [b] }\nlog(a == b)",
    "deep data uses": "let a = []\nfor i in range(300000) { a = {x: a} }\n"
                      "for f in [str, json_encode, deep_clone, fn(x) => x < x, fn(x) => sort([x, x]),"
                      " fn(x) => flat([x]), fn(x) => unique([x, x]), memoize(fn(x) => 1)]"
                      " { log(try(fn() => f(a)).error == nil) }",
    "deep data dropped": "let i = 0\nwhile i < 20 { let a = []\n"
                         "for j in range(300000) { a = [a] }\ni = i + 1 }",
    "cyclic": "let a = []\npush(a, a)\nlog(a)\nlog(a == a)\nlet b = []\npush(b, b)\n"
              "log(try(fn() => a == b).error)\nlog(try(fn() => json_encode(a)).error)\n"
              "log(try(fn() => a < b).error)\nlog(len(deep_clone(a)))\n"
              "log(try(fn() => flat(a, 1000000)).error)\nlog(try(fn() => sort([a, b])).error)\n"
              "log(try(fn() => memoize(fn(x) => 1)(a)).error)\nlog(try(fn() => unique([a, b])).error)",
    "cyclic map": 'let m = {}\nm["m"] = m\nlog(m)\nlog(try(fn() => json_encode(m)).error)\n'
                  "let n = {}\nn.m = n\nlog(try(fn() => m == n).error)\nlog(merge(m, n))",
    "two cycles compared": "let a = []\nlet b = []\npush(a, b)\npush(b, a)\nlet c = []\nlet d = []\n"
                           "push(c, d)\npush(d, c)\nlog(try(fn() => a == c).error)",
    "colliding keys": "let m = {}\nlet p = 2305843009213693951\nlet i = 0\n"
                      "while true { m[i * p] = 1\ni = i + 1 }",
    "zip of much": "let a = range(1000000)\nlet k = []\nwhile true { push(k, zip(a, a)) }",
    "permutations": "let f = fn(f, n) { if n == 0 { return [[]] }\nlet r = []\n"
                    "for p in f(f, n - 1) { for i in range(n) { push(r, p + [i]) } }\nreturn r }\n"
                    "log(len(f(f, 15)))",
    # calls
    "recursion": "fn f(n) { return f(n + 1) + 1 }\nf(0)",
    "recursion caught": "fn f() { try { f() } catch e { f() } }\nf()",
    "recursion caught and repeated": "fn f(n) { f(n + 1) }\nwhile true { try { f(0) } catch e { } }",
    "recursion in finally": "fn f() { try { f() } finally { f() } }\nf()",
    "recursion through map": "fn f(x) { return map([1], f) }\nf(1)",
    "recursion through sort": "fn f(a, b) { sort([2, 1, 3], f)\nreturn 0 }\nsort([1, 2], f)",
    "recursion through reduce": "fn f(a, b) => reduce([1, 2], f, 0)\nf(1, 2)",
    "recursion through try": "fn f() { return try(f) }\nf()",
    "recursion through memoize": "let g = nil\nlet f = memoize(fn(x) => g(x + 1))\ng = f\nf(0)",
    "recursion through methods": "let m = {}\nm.f = fn(x) => m.f(x)\nm.f(1)",
    "recursion through replace": 'fn f(x) => regex_replace("a", "a", f)\nf("a")',
    "recursion through parallel": "fn f(x) => parallel_map([1], f)\nf(1)",
    "recursion of defaults": "fn f(a = f()) => a\nf()",
    "mutual recursion": "fn f(x) => g(x)\nfn g(x) => f(x)\nf(1)",
    "deep and wide": "fn f(n) { if n == 0 { return 0 }\nreturn f(n - 1) + f(n - 1) }\nf(100)",
    "stack of closures": "let f = fn(x) => x\n"
                         "for i in range(200000) { let g = f\nf = fn(x) => g(x) }\nlog(f(1))",
    "comparator lies": "let a = range(100000)\nshuffle(a)\nsort(a, fn(x, y) => random() - 0.5)\n"
                       "log(len(a))",
    "comparator throws": "try { sort(range(10), fn(x, y) { throw 1 }) } catch e { log(e) }",
    "comparator changes": "let a = range(1000)\nsort(a, fn(x, y) { push(a, 1)\nreturn x - y })\n"
                          "log(len(a))",
    "comparator recurs": "let a = [3, 1, 2]\nfn c(x, y) { sort(a, c)\nreturn x - y }\nsort(a, c)",
    "map changes": "let a = [1]\nlog(len(map(a, fn(x) { push(a, x)\nreturn x })))",
    "filter grows": "let a = [1]\nlog(len(filter(a, fn(x) { push(a, x)\nreturn true })))",
    "iteration deletes": "let m = {a: 1, b: 2}\nfor k, v in m { m[k + k] = 1\ndelete(m, k) }",
    # limits and catch
    "catch all": "while true { try { while true { } } catch e { } finally { } }",
    "finally loops": "try { while true { } } finally { while true { } }",
    "try builtin": "while true { try(fn() { while true { } }) }",
    "catch in callbacks": "while true { try { map(range(1000000), fn(x) { while true { } }) }"
                          " catch e { } }",
    "finally returns": "fn f() { while true { try { while true { } } finally { return 1 } } }\nf()",
    "finally breaks": "while true { while true { try { while true { } } finally { break } } }",
    "catch in tasks": "fn f() { while true { try { while true { } } catch e { } } }\n"
                      "let t = go f()\nawait_task(t)",
    "output flood": 'while true { log("x" * 1000) }',
    "print flood": 'while true { print("x") }',
    "output caught": 'while true { try { log("x" * 100000) } catch e { } }',
    "error flood": 'throw error("x" * 10000000)',
    "throw much": 'throw ["x" * 1000000, "y" * 1000000]',
    "throw shared doubles": "let a = [1]\nfor i in range(100) { a = [a, a] }\nthrow a",
    "throw deep": "let a = []\nfor i in range(1000000) { a = [a] }\nthrow a",
    "throw cycle": "let a = []\npush(a, a)\nthrow a",
    "throw function": "throw fn() => 1",
    "throw map": "throw {message: \"x\", kind: 1, stack: nil, __class__: 2}",
    "error of much": 'throw error({a: [1]}, "\\x1b[2J")',
    "exit text": 'exit("abc")',
    "exit in finally": "try { exit(3) } finally { while true { } }",
    "error changed": 'try { [1].foo() } catch e { e.message = "x"\nlog(e.stack) }',
    # tasks
    "task flood": "fn f() { receive(make_channel()) }\nwhile true { go f() }",
    "task flood of tasks": "fn f() { go f()\ngo f()\nsleep(0) }\nf()\nwhile true { sleep(1) }",
    "task bomb at the end": "fn f() { for i in range(100000) { go f() } }\nfor i in range(1000) { go f() }",
    "deadlock": "let c = make_channel()\nreceive(c)",
    "deadlock in a task": "let c = make_channel()\nlet t = go fn() { <-c }()\nawait_task(t)",
    "deadlock caught": "let c = make_channel()\nwhile true { try { receive(c) } catch e { } }",
    "deadlock in select": "let c = make_channel()\nwhile true { try { select { case v = <-c: log(v) } }"
                          " catch e { } }",
    "select spins": "let c = make_channel()\nwhile true { select { case v = <-c: log(v)\ndefault: } }",
    "sleep long": "sleep(1000000000)",
    "sleep in tasks": "for i in range(100) { go sleep(1000000) }\nsleep(100000000)",
    "sleep very long": "sleep(1e300)",
    "sleep strange": "for x in [-1, NAN, -INF, pow(10, 400)] { log(try(fn() => sleep(x)).error) }\n"
                     "sleep(INF)",
    "mutex twice": "let m = mutex_create()\nmutex_lock(m)\nmutex_lock(m)",
    "await itself": "let t = nil\nt = go fn() => await_task(t)()\nawait_task(t)",
    "channel of much": "let c = make_channel(100000000000)\nwhile true { send(c, 1) }",
    "task recursion": "fn f(n) { return await_task(go f(n + 1)) }\nf(0)",
    "task depth": "fn g(n) => g(n + 1)\nlet a = []\nfor i in range(100) { push(a, go g(0)) }\n"
                  "for t in a { try { await_task(t) } catch e { log(e) } }",
    "tasks in turns": "let a = make_channel()\nlet b = make_channel()\n"
                      "go fn() { while true { b <- <-a } }()\nwhile true { a <- 1\n<-b }",
    "tasks in turns that catch": "let a = make_channel()\n"
                      "go fn() { while true { try { a <- 1 } catch e { } } }()\n"
                      "while true { try { <-a } catch e { } }",
    "endless channel": "let c = make_channel()\ngo fn() { while true { c <- 1 } }()\nfor x in c { }",
    "parallel map for ever": "while true { parallel_map([1, 2, 3], fn(x) => x * 2) }",
    "task throws": 'go fn() { throw "\\x1b[31mred" }()\nsleep(1)',
    # text that is read
    "json deep": 'json_decode("[" * 1000000)',
    "json deep maps": "json_decode('{\"a\":' * 1000000)",
    "json deep closed": 'log(try(fn() => json_decode("[" * 100000 + "]" * 100000)).error)',
    "json numbers": 'json_decode("9" * 10000000)\njson_decode("1e" + "9" * 1000000)',
    "json keys": "let p = []\nfor i in range(300000) { push(p, `\"${i}\":1`) }\n"
                 'while true { json_decode("{" + join(p, ",") + "}") }',
    "json strings": 'json_decode("\\"" + "\\\\u" * 1000000 + "\\"")',
    "csv": 'csv_parse("\\"" * 5000001)\ncsv_parse("," * 10000000)',
    "regex": 'log(regex_match("(a+)+$", "a" * 100000 + "b"))',
    "regex nested": 'log(regex_match("((((a*)*)*)*)*b", "a" * 50000))',
    "regex counts": 'log(regex_match("((a{1,1000}){1,1000}){1,1000}", "a"))',
    "regex deep": 'log(regex_match("(" * 100000 + ")" * 100000, "a"))',
    "regex alternatives": 'log(regex_match("(a|a|a|a|aa)*b", "a" * 100000))',
    "regex class": 'log(regex_match("[" + "a-z" * 100000 + "]", "a"))',
    "regex states": 'log(regex_match("(a|b)*a(a|b){20}c", "ab" * 100000))',
    "regex find all": 'log(len(regex_find_all("a*?", "a" * 1000000)))',
    "regex quadratic": 'log(len(regex_find_all("a*b", "a" * 100000)))',
    "regex groups": 'log(regex_groups("(a*)(a*)(a*)(a*)b", "a" * 20000))',
    "regex replace": 'log(len(regex_replace("a", "a" * 1000000, "$0" * 1000)))',
    "regex lookbehind": 'log(regex_match("(?<=a)b(?P<x>.)(?P=x)\\\\1", "abcc"))',
    "time formats": 'log(format_time(1e300))\n',
    "time formats long": 'log(len(format_time(0, "%Y" * 10000000)))',
    "time parse": 'log(parse_time("%" * 1000000, "%Y" * 1000000))',
    "memoize forever": "let f = memoize(fn(x) => x)\nlet i = 0\nwhile true { f(i)\ni = i + 1 }",
    "random choices": "log(random_int(0, pow(10, 100000)), random_int(5, -5), random_choice([]))",
    "crypto much": "random_bytes_hex(10000000000)",
    "pbkdf": 'log(hash_password("x", 1000000000))',
    # names and attributes
    "class of": 'log("".__class__)',
    "class of function": "fn f() => 1\nlog(f.__globals__)",
    "globals of builtin": "log(log.__self__)",
    "dunder names": "log(__builtins__)",
    "import name": 'log(__import__("os"))',
    "error class": "try { nil + 1 } catch e { log(e.__class__, e.__traceback__, e.args, e.frames) }",
    "task attributes": "let t = go fn() => 1()\nlog(t.function)",
    "context names": "log(_meter, _locate, _source, _variables)",
    "helper names": "let _add = 1\nlet _meter = 2\nlet _refill = 3\nlet type_ = 4\n"
                    "fn _locate() => 5\nlog(_add + _meter + _refill + type_ + _locate(), [1] + [2])",
    "method dunder": '"a".__len__()',
    "map dunder": "let m = {}\nm.__class__ = 1\nlog(m.__class__, m.__proto__)",
    "module dunder": "import math\nlog(math.__dict__)",
    "keyword names": "let self = 1\nlet None_ = 2\nlet print_ = 3\nlet lambda = 4\nlet def = 5\n"
                     "let class = 6\nlet exec = 7\nlog(self + lambda + def + class + exec)",
    # outside
    "read": 'log(read_file("/etc/passwd"))',
    "write": 'write_file("/tmp/x", "y")',
    "environment": 'log(env("HOME"), env_all())',
    "execute": 'exec("id")',
    "network": 'http_get("http://127.0.0.1:1/")',
    "cwd": "log(cwd())",
    "system": "log(os_info())",
    "import up": 'import "../../../../etc/passwd" as p',
    "import absolute": 'import "/etc/passwd" as p',
    "import home": 'import "~/x" as p',
    "import nul": 'import "a\\0b" as p',
    "import folder": 'import "." as p',
    "import long": 'import "' + "a/" * 5000 + '" as p',
    "import escape": 'import "\\x1b[31mred" as p',
    "import windows": 'import "..\\\\..\\\\x" as p',
    "import device": 'import "/dev/zero" as p',
    "import itself": 'import "./main.sn" as p\nlog(p)',
    "import os": "import os\nlog(os)\nlog(keys(os))\nos.processes()",
    "sqlite": 'db_connect("a", "sqlite", "/etc/x.db")',
    # what a terminal sees
    "escape in an error": 'throw error("\\x1b]0;title\\x07\\x1b[31mred")',
    "escape in a thrown value": 'throw "\\x1b[2J\\u{9b}31m\\u{202e}abc"',
    "escape in the source": 'nil + "\x1b[2J" - 1',
    "escape in a name": 'let m = {}\nm["\\x1b[2J"]()',
    "escape in a builtin's error": 'int("\\x1b[2J")',
    "escape in a pattern": 'regex_match("(\\x1b[2J", "a")',
    "escape in json": 'json_decode("\\x1b[2J")',
    "escape in a method": 'let e = error("x", "\\x1b[31m")\nthrow e',
    "newline in an error": 'throw error("a\\nTraceback (most recent call last):\\n  File x")',
    "surrogates": 'log("\\u{10ffff}" + chr(0xd800))',
    "bidi in the source": 'let a = "\u202e" // \u2066\nnil + a - 1',
    "nul in the source": 'log("a\0b")\nnil - 1',
    # source
    "deep parentheses": "log(" + "(" * 100_000 + "1" + ")" * 100_000 + ")",
    "deep arrays": "log(" + "[" * 100_000,
    "deep blocks": "{" * 100_000,
    "deep maps": "let a = " + "{a:" * 100_000,
    "deep nots": "log(" + "!" * 100_000 + "1)",
    "deep minus": "log(" + "- " * 100_000 + "1)",
    "deep functions": "fn f() {" * 5_000 + "}" * 5_000,
    "deep lambdas": "let f = " + "fn(x) => " * 20_000 + "1",
    "deep templates": "log(" + "`${" * 20_000 + "1" + "}`" * 20_000 + ")",
    "deep ternaries": "log(" + "1 ? " * 30_000 + "2" + " : 3" * 30_000 + ")",
    "long sum": "log(" + "1 + " * 200_000 + "1)",
    "long concatenation": "log(len(" + '"a" + ' * 100_000 + '"a"))',
    "long and": "log(" + "1 && " * 100_000 + "1)",
    "long members": "let a = {}\nlog(a" + ".b" * 100_000 + ")",
    "long calls": "fn f() => f\nf" + "()" * 100_000,
    "long indexes": "let a = []\na" + "[0]" * 100_000,
    "long else if": "let a = 1\nif a == 0 { }" + " else if a == 2 { }" * 50_000,
    "long try": "try {" * 190 + "log(1)" + "} finally { log(2) }" * 190,
    "nested loops": "for a in [1] { " * 190 + "log(1)" + "}" * 190,
    "many statements": "let x = 0\n" + "x = x + 1\n" * 100_000 + "log(x)",
    "many locals": "fn f() {\n" + "".join(f"let a{i} = {i}\n" for i in range(30_000)) + "}\nf()",
    "many arguments": "fn f(...r) => len(r)\nlog(f(" + "1," * 100_000 + "))",
    "many parameters": "fn f(" + ",".join(f"a{i}" for i in range(10_000)) + ") { }",
    "many functions": "\n".join(f"fn f{i}() => {i}" for i in range(20_000)) + "\nlog(f7())",
    "many closures": "let x = 1\n" + "\n".join(f"let g{i} = fn() => x" for i in range(5_000)),
    "long line": "let a = [" + "1," * 1_000_000 + "]\nlog(len(a))",
    "long name": "let " + "a" * 1_000_000 + " = 1",
    "long string": 'let a = "' + "b" * 5_000_000 + '"\nnil - a',
    "long comment": "/*" + "*" * 5_000_000,
    "many match arms": "match 5 {\n" + "".join(f"{i} => log({i}),\n" for i in range(20_000)) + "}",
    "many errors": "let = \n" * 50_000,
    "garbage": "\x01\x02\xff\ufffe@@@$$$" * 1_000,
    "unfinished": 'fn f( { [ ( "abc',
    "shebang": "#!" + "a" * 1_000_000 + "\nlog(1)",
}


def arguments(folder: Path, name: str, text: str) -> list[str]:
    """The command's arguments after the options: a file with the program."""
    path = folder / f"{abs(hash(name))}.sn"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    return [path.name]


def attack(folder: Path, options: list[str], rest: list[str]) -> tuple[str, float]:
    """Run the command; what went wrong, or nothing, and the seconds that it took."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "sentra", *LIMITS, *options, *rest], cwd=folder,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        out, err = process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return "hangs", 30.0
    return fault(process.returncode, out, err), time.monotonic() - started


def fault(status: int, out: bytes, err: bytes) -> str:
    """What is wrong with how the command ended; empty for nothing."""
    text = err.decode("utf-8", "replace")
    if status not in (0, 1, 3, 124):
        return f"status {status}: {text[-300:]}"
    spoofed = b"  File x" in err
    if (not spoofed and "Traceback" in text) or "internal error" in text:
        return f"traceback: {text[-600:]}"
    if str(ROOT) in text or sys.prefix in text or ".py" in text:
        return f"path: {text[-300:]}"
    if any(not c.isprintable() and c not in "\n\xa0" for c in text):
        return f"control character: {text[-300:]!r}"
    if len(err) > 100_000:
        return f"{len(err)} bytes of errors"
    if len(out) > 1_000_000:
        return f"{len(out)} bytes of output"
    return ""


def main(wanted: list[str]) -> int:
    """Run the attacks; the number of faults."""
    faults = 0
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(1) as pool:
        folder = Path(name)
        jobs = []
        for attack_name, text in ATTACKS.items():
            if wanted and attack_name not in wanted:
                continue
            rest = arguments(folder, attack_name, text)
            for mode, options in MODES.items():
                jobs.append((attack_name, mode, pool.submit(attack, folder, options, rest)))
        for attack_name, mode, job in jobs:
            problem, seconds = job.result()
            for _ in range(2):  # on a busy machine everything is late at times
                if problem or seconds <= LATE:
                    break
                again = arguments(folder, attack_name, ATTACKS[attack_name])
                problem, seconds = attack(folder, MODES[mode], again)
            if not problem and seconds > LATE:
                problem = f"{seconds:.1f} s"
            if problem:
                faults += 1
                print(json.dumps([attack_name, mode, round(seconds, 1), problem]), flush=True)
    print(faults, "faults")
    return faults


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
