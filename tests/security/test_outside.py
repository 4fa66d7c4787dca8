"""Lines 28 to 35: imports, grants, output, files of bytecode, threads, and the host's own state."""

import builtins
import gc
import linecache
import os
import pickle
import random
import signal
import stat
import subprocess
import sys
import threading
import warnings

import pytest

import sentra
from sentra import Engine, Limits, Permissions, SentraError
from sentra.bytecode.file import dump, load
from sentra.errors import BytecodeError
from sentra.pipeline import compile_source
from sentra.source import decode

PATHS = ["../secret", "./../secret", "a/../../secret", "/etc/passwd", "~/x", "~root/x", "secret\0",
         "..\\secret", "//etc/passwd", "file:///etc/passwd", "link", "link/secret", ".", "..", "",
         "sub/../../secret", "%2e%2e/secret", "nul\0.sn"]


@pytest.mark.parametrize("path", PATHS)
def test_28_imports_stay_inside(mode, tmp_path, path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.sn").write_text("export let x = 1")
    os.symlink(tmp_path / "secret.sn", tmp_path / "in" / "link.sn")
    os.symlink(tmp_path, tmp_path / "in" / "link")
    engine = Engine(mode=mode, modules=tmp_path / "in")
    quoted = path.replace("\\", "\\\\").replace("\0", "\\u{0}")
    with pytest.raises(SentraError) as caught:
        engine.run(f'import "{quoted}" as m')
    assert caught.value.kind == "import"
    assert str(tmp_path) not in str(caught.value)


def test_28_no_host_path_in_messages(mode, tmp_path):
    (tmp_path / "m.sn").write_text("export let x = 1 +")
    (tmp_path / "n.sn").write_text("export fn f() { throw error(\"x\") }\nf()")
    (tmp_path / "c.sn").write_text('import "c" as c\nexport let x = 1')
    engine = Engine(mode=mode, modules=tmp_path)
    for text in ('import "m" as m', 'import "n" as n', 'import "c" as c\nc.y', 'import "no" as n'):
        with pytest.raises(SentraError) as caught:
            engine.run(text)
        shown = sentra.format_error(caught.value) + "".join(caught.value.stack)
        assert str(tmp_path) not in shown
        assert os.path.dirname(sentra.__file__) not in shown


def test_29_grants_are_checked_at_use(mode):
    engine = Engine(mode=mode, permissions=Permissions(sys=True, deny_sys=True))
    for text in ("num_cpus()", "let f = num_cpus\nf()",
                 "import concurrency\nconcurrency.num_cpus()",
                 "map([1], fn(x) => num_cpus())", "try(num_cpus).value + 1",
                 "go num_cpus()\nsleep(1)\nthrow error(\"x\", \"permission\")"):
        with pytest.raises(SentraError):
            engine.run(text)
    with pytest.raises(SentraError) as caught:
        engine.run("num_cpus()")
    assert caught.value.kind == "permission"
    assert "denied (--deny-sys, or Permissions(deny_sys), says so)" in caught.value.message


def test_29_every_builtin_with_a_letter_is_refused_without_a_grant():
    from sentra.runtime import builtins as table
    from sentra.runtime.context import Context

    context = Context()
    for name in sorted(table.names()):
        row = table.declaration(name)
        if row is None or not row.permission:
            continue
        value = context.builtin(name)
        args = ["/x"] * max(row.least, len(row.permission) if row.permission != "S" else 0)
        with pytest.raises(SentraError) as caught:
            value(*args)
        assert caught.value.kind == "permission", name


def test_30_output_is_bounded_and_escaped(mode):
    out = []
    with pytest.raises(sentra.LimitExceeded):
        Engine(mode=mode, limits=Limits(output=100), stdout=out.append).run(
            'while true { print("x" * 30) }')
    assert len("".join(out)) == 100
    with pytest.raises(SentraError) as caught:
        Engine(mode=mode).run('throw error("\\u{1b}[31m\\u{7}\\r\\u{202e}")',
                              filename="\x1b]0;x\x07")
    shown = sentra.format_error(caught.value)
    assert not any((ord(c) < 32 and c != "\n") or c == "\u202e" for c in shown)


def test_31_mutated_bytecode_is_refused_or_runs():
    text = ("fn f(a, b = 2, ...c) { for x in [1, 2] { try { a = a + x } catch e { throw e } }\n"
            "return a }\nlet m = {k: 1}\nlog(f(1), m.k, `t${m}`)")
    good = dump(compile_source(decode(text, "t.sn")))
    pick = random.Random(31)
    import hashlib

    head = len(good) - len(good[10 + 32:])
    for _ in range(2000):
        data = bytearray(good)
        for _ in range(pick.randint(1, 3)):
            data[pick.randrange(head, len(data))] = pick.randrange(256)
        if pick.random() < 0.2:
            del data[pick.randrange(head, len(data)):]
        data[10:42] = hashlib.sha256(bytes(data[42:])).digest()
        try:
            module = load(bytes(data))
        except BytecodeError:
            continue
        program = sentra.Program(module, Engine(
            mode="interp", limits=Limits(steps=2000, time=2, memory=1 << 28), stdout=len))
        try:
            program.run()
        except (SentraError, sentra.LimitExceeded):
            pass


def test_32_the_cache_is_private_and_keyed(tmp_path, monkeypatch):
    from sentra.embedding import cache as module
    from sentra.embedding.cache import Cache

    cache = Cache(tmp_path / "cache")
    text = "let a = 1\nfn f() { return a }"
    first = cache.compile(text, "a.sn")
    again = cache.compile(text, "a.sn")
    assert (cache.hits, cache.misses) == (1, 1)
    assert first == again
    assert again.call("f") == 1
    cache.compile(text, "b.sn")
    cache.compile(text + " ", "a.sn")
    assert cache.misses == 3
    files = sorted((tmp_path / "cache").iterdir())
    assert len(files) == 3
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
    for file in files:  # damaged, or another's: compiled again
        file.write_bytes(file.read_bytes()[:-5] + b"XXXXX")
    assert cache.compile(text, "a.sn") == first
    assert cache.misses == 4
    monkeypatch.setattr(module, "_compiler", lambda: b"changed files of the package")
    cache.compile(text, "a.sn")
    assert cache.misses == 5
    os.chmod(tmp_path / "cache", 0o777)
    with pytest.raises(PermissionError):
        Cache(tmp_path / "cache")


def test_32_generated_code_is_kept(tmp_path, monkeypatch):
    from sentra.codegen import link
    from sentra.embedding.cache import Cache

    text = """
let calls = 0
fn area(w, h) { calls = calls + 1; return w * h }
fn odd(x) { try { return x + nil } catch e { return e.line } }
fn deep(x) { fn inner(y) => x + y; return inner(1) }
fn fails(x) { return area(x, nil) }
let s = area(2, 3) + odd(1) + deep(4)
"""
    made = []
    compile_module = link.compile_module
    monkeypatch.setattr(link, "compile_module", lambda *args, **kwargs: (
        made.append(args) or compile_module(*args, **kwargs)))
    engine = Engine(mode="closure")
    outcomes = []
    for limits in (Limits.default(), Limits.none(), Limits.default(), Limits.none()):
        program = Cache(tmp_path / "cache", engine).compile(text, "a.sn")
        run = program.run(limits=limits)
        with pytest.raises(SentraError) as info:
            run.call("fails", 1)
        outcomes.append((run["s"], run["calls"], info.value.message, info.value.stack))
    assert len(made) == 2  # one for each kind of code
    assert outcomes[0] == outcomes[1] == outcomes[2] == outcomes[3]
    assert outcomes[0][0] == 15


def test_32_files_that_others_can_change_are_not_used(tmp_path):
    from sentra.embedding.cache import Cache

    cache = Cache(tmp_path / "cache")
    cache.compile("let a = 1")
    (file,) = (tmp_path / "cache").iterdir()
    data = file.read_bytes()
    os.chmod(file, 0o620)
    cache.compile("let a = 1")
    assert (cache.hits, cache.misses) == (0, 2)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600  # replaced by one of our own
    file.unlink()
    (tmp_path / "elsewhere").write_bytes(data)
    file.symlink_to(tmp_path / "elsewhere")
    cache.compile("let a = 1")
    assert (cache.hits, cache.misses) == (0, 3)
    file.unlink()
    os.mkfifo(file)
    cache.compile("let a = 1")
    assert (cache.hits, cache.misses) == (0, 4)
    file.unlink()
    file.mkdir()
    cache.compile("let a = 1")
    assert (cache.hits, cache.misses) == (0, 5)
    file.rmdir()
    # The folder that was looked at is used, whatever its path means later.
    (tmp_path / "cache").rename(tmp_path / "moved")
    (tmp_path / "cache").mkdir(mode=0o777)
    cache.compile("let a = 2")
    assert len(list((tmp_path / "moved").iterdir())) == 1
    assert list((tmp_path / "cache").iterdir()) == []


def test_32_concurrent_writers(tmp_path):
    from sentra.embedding.cache import Cache

    texts = [f"let a = {n}" for n in range(20)]
    errors = []

    def work():
        try:
            cache = Cache(tmp_path / "cache")
            for text in texts:
                cache.compile(text, "a.sn").run()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(list((tmp_path / "cache").iterdir())) == 20


def test_33_a_pickled_program_holds_no_code_objects():
    program = sentra.compile("fn f() { return 1 }")
    program.call("f")
    data = pickle.dumps(program)
    assert b"CodeType" not in data
    assert b"marshal" not in data
    import pickletools

    names = {arg for op, arg, _ in pickletools.genops(data) if isinstance(arg, str)}
    assert {"sentra.embedding.program", "from_bytes"} <= names
    assert pickle.loads(data).call("f") == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_34_fork():
    engine = Engine(limits=Limits(time=0.1), mode="closure")
    program = engine.compile("fn spin() { while true { } }\nfn one() { return 1 }")
    with pytest.raises(sentra.LimitExceeded):
        program.call("spin")
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 3.12 warns of threads
        child = os.fork()
    if child == 0:
        try:
            signal.alarm(20)
            program.call("spin")
        except sentra.LimitExceeded as error:
            os.write(writer, error.limit.encode())
        finally:
            os._exit(0)
    os.close(writer)
    assert os.read(reader, 100) == b"time"
    os.close(reader)
    os.waitpid(child, 0)
    assert program.call("one") == 1


def test_34_threads(mode):
    program = Engine(mode=mode).compile("fn f(n) { let s = 0\nfor i in range(n) { s = s + i }\n"
                                        "return s }")
    results = []

    def work():
        run = program.run()
        results.extend([run.call("f", 200) for _ in range(10)])

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [19900] * 50


INSIDE = """
import os, sentra
for mode in ("interp", "closure", "tree", "auto"):
    with sentra.Engine(mode=mode, limits=sentra.Limits.default(time=0.2)) as engine:
        run = engine.run("fn f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) }\\nlet r = f(12)")
        try:
            engine.run("while true { }")
        except sentra.LimitExceeded as error:
            os.write(1, f"{mode} {run['r']} {error.limit}\\n".encode())
"""
OUTSIDE = f"""
try:
    import _interpreters as interpreters
    other = interpreters.create("legacy")
except ImportError:
    import _xxsubinterpreters as interpreters
    other = interpreters.create(isolated=False)
import sentra
sentra.run("let a = 1")
problem = interpreters.run_string(other, {INSIDE!r})
if problem is not None:
    print(problem.formatted)
interpreters.destroy(other)
print("ended", flush=True)
"""


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="needs subinterpreters")
def test_34_subinterpreters():
    """One that shares the lock of the process; closed engines leave no thread, which would be
    fatal at its end."""
    ended = subprocess.run([sys.executable, "-c", OUTSIDE], capture_output=True, text=True,
                           timeout=60)
    assert (ended.stdout, ended.returncode) == (
        "".join(f"{mode} 144 time\n" for mode in ("interp", "closure", "tree", "auto"))
        + "ended\n", 0), ended.stderr


def test_34_a_closed_engine_leaves_no_thread(mode):
    """The timer's thread ends with the last call, and other engines' calls stay bounded."""
    def timers():
        return [each for each in threading.enumerate() if each.name == "sentra-timer"]

    limits = Limits(time=0.3)
    stopped = []

    def spin():
        try:
            Engine(mode=mode, limits=limits).run("while true { }")
        except sentra.LimitExceeded as error:
            stopped.append(error.limit)

    threads = [threading.Thread(target=spin) for _ in range(2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        with Engine(mode=mode, limits=limits) as engine:
            engine.run("let a = 1")
    assert stopped == ["time", "time"]
    Engine().close()
    assert timers() == []
    with pytest.raises(sentra.LimitExceeded):
        Engine(mode=mode, limits=Limits(time=0.05)).run("while true { }")
    assert len(timers()) == 1


def test_35_nothing_global_is_changed(mode):
    def state():
        return (sys.getrecursionlimit(), threading.stack_size(), sys.gettrace(), sys.getprofile(),
                sys.excepthook, sys.displayhook, sys.path[:], sys.meta_path[:],
                signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM), os.getcwd(),
                dict(os.environ), vars(builtins).keys(), sys.getswitchinterval(),
                gc.isenabled(), gc.get_threshold(), random.getstate(), warnings.filters[:],
                sys.int_info, sys.get_int_max_str_digits())

    Engine().close()
    before = state()
    for text in ("let a = 1", "while true { }", "throw 1", "fn f() { f() }\nf()",
                 "random()\nlog(1)",
                 "let c = make_channel()\ngo fn() { c.send(1) }()\nc.receive()",
                 "random_seed(5)\nrandom()", "let s = str(pow(10, 10000))"):
        try:
            Engine(mode=mode, limits=Limits.default(time=0.2), stdout=len).run(text)
        except (SentraError, sentra.LimitExceeded):
            pass
    Engine().close()  # or some time later: the switch interval is shorter while a deadline is near
    assert state() == before


def test_35_nothing_is_left_behind(mode):
    engine = Engine(mode=mode, stdout=len)

    def once(number):
        engine.run(f"fn f(x) {{ return x + {number} }}\nlet r = f(1)\nlog(r)",
                   filename=f"leak{number}.sn")

    for number in range(30):
        once(number)
    gc.collect()
    lines, objects = len(linecache.cache), len(gc.get_objects())
    for number in range(30, 230):
        once(number)
    gc.collect()
    assert not [name for name in linecache.cache if name.startswith("leak")]
    assert len(linecache.cache) <= lines
    assert len(gc.get_objects()) - objects < 300
