"""``sentra run --explain``: each function with its executor, its types, and why others declined."""

from command import sentra

PROGRAM = """\
import math
fn area(r) { return math.floor(math.PI * r * r) }
fn sum(a) {
  let s = 0
  for (let i = 0; i < len(a); i++) { s = s + a[i] }
  for x in a { s = s + x }
  while s > 100 { s = s / 2 }
  return s
}
log(sum([area(1), 2]))
let open = fn(x) => x
log([1].map(open))
"""


def deep(levels):
    """A function with loops in loops: CPython compiles no more than twenty."""
    return ("fn deep(a) {\n" + "while a {\n" * levels + "a = a - 1\n" + "}\n" * levels
            + "return a\n}\nlog(deep(1))\n")


def explained(folder, text, *options):
    (folder / "p.sn").write_text(text)
    done = sentra(folder, "run", "--explain", *options, "p.sn")
    assert (done.status, done.err) == (0, "")
    return done.out


def test_compiled(tmp_path):
    assert explained(tmp_path, PROGRAM, "--mode=closure") == """\
<module>  line 1     ast    () -> nil
area      line 2     ast    (r: nat) -> int
    operations of Python: floor
sum       line 3     ast    (a: array) -> int|float
    loop in line 5: for … in range(…)
    loop in line 6: for … in
    loop in line 7: while
    operations of Python: len
fn        line 11    ast    (x) -> any
    takes any types: it may be called from where the compiler cannot see
"""


def test_declined_by_one_backend(tmp_path):
    text = explained(tmp_path, deep(21), "--mode=closure")
    assert "deep      line 1     tree\n    declined by ast: more than 20 nested loops" in text
    assert "<module>  line 1     ast    () -> nil\n" in text


def test_other_executors(tmp_path):
    assert "area      line 2     tree   (r: nat) -> int\n" in explained(
        tmp_path, PROGRAM, "--mode=closure", "--backend=tree")
    assert "area      line 2     interp\n" in explained(tmp_path, PROGRAM, "--mode=interp")


def test_nothing_is_run(tmp_path):
    assert "hello" not in explained(tmp_path, 'log("hello")\n', "--mode=closure")


def test_specialised(tmp_path):
    text = ("fn total(values, start) {\n  let r = start\n  for v in values { r = r + v }\n"
            "  return r\n}\nlog(total([1], 0), total(['a'], 'b'))\n")
    assert explained(tmp_path, text, "--mode=closure") == """\
<module>  line 1     ast    () -> nil
total     line 1     ast    (values: array, start: nat|string) -> nat|string
    specialised as total__ints_int_(values: array, start: nat) -> nat
    specialised as total__strings_string_(values: array, start: string) -> string
    loop in line 3: for … in
"""
    assert "specialised as total__ints_int_(" in explained(
        tmp_path, text, "--mode=closure", "--backend=tree")
