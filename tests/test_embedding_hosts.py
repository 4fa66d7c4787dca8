"""What a host gives to programs: functions, classes, values."""

from __future__ import annotations

import enum
import gc
import sys
from collections import OrderedDict
from decimal import Decimal
from functools import partial

import pytest
from embedded import engine

import sentra
from sentra import Engine, SentraError

__all__ = ["engine"]


# --- functions and classes of the host ----------------------------------------------------------

def test_host_functions(engine):
    @engine.function
    def glue(first, second="b", *rest, sep="-"):
        return sep.join([first, second, *rest])

    @engine.function(name="host_len")
    def anything(value):
        return len(value)

    run = engine.run("""
        let a = [glue("x"), glue("x", "y"), glue("x", "y", "z"), host_len([1, 2])]
        let t = type(glue)
        let s = str(glue)
        let same = glue == glue
        let m = {}
        let e = try(fn() { m[glue] = 1 }).error.message
        let c = try(fn() { glue() }).error.message
        let mapped = map([[1], []], host_len)
    """)
    assert run["a"] == ["x-b", "x-y", "x-y-z", 2]
    assert (run["t"], run["s"], run["same"]) == ("function", "<fn glue>", True)
    assert run["e"] == "cannot use function as a map key"
    assert run["c"] == "glue expects at least 1 argument, got 0"
    assert run["mapped"] == [1, 0]
    assert glue("q") == "q-b"


def test_host_functions_that_cannot_work_are_refused():
    async def waits():
        pass

    engine = Engine()
    for wrong, said in ((waits, "run_coroutine_threadsafe"), (5, "must be callable")):
        with pytest.raises(TypeError, match=said):
            engine.function(wrong)
    for name in ("a b", "while", "_", "é"):
        with pytest.raises(ValueError, match="needs another name"):
            engine.function(max, name=name)
    for wrong in ((5, ["a"]), (list, "a")):
        with pytest.raises(TypeError, match=r"class of the host|lists of names"):
            engine.host_class(wrong[0], attributes=wrong[1])
    with pytest.raises(ValueError, match="plain data"):
        engine.host_class(dict, methods=["get"])
    engine = Engine()
    with pytest.raises(TypeError, match="keyword"):
        engine.function(lambda *rest, key: 1, name="f")
    with pytest.raises(ValueError, match="builtin"):
        engine.function(lambda x: 1, name="len")


async def waits():
    return 1


def yields():
    yield 1


async def waits_and_yields():
    yield 1


class Odd:
    """Callable, with members that no program can use."""

    level = 3

    async def __call__(self):
        return 1

    async def waits(self):
        return 1

    @staticmethod
    def yields():
        yield 1

    @classmethod
    async def waits_and_yields(cls):
        yield 1


class OddToo:
    def __call__(self):
        yield 1


UNUSABLE = [waits, yields, waits_and_yields, Odd(), OddToo(), partial(waits), partial(Odd()),
            Odd().waits, Odd.yields, Odd().__call__]


@pytest.mark.parametrize("function", UNUSABLE)
def test_functions_that_give_coroutines_or_generators_are_refused(engine, function):
    with pytest.raises(TypeError, match=r"^f: a Sentra program (cannot await|has no generators)"):
        engine.function(function, name="f")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("function", [
    lambda *_: waits(), lambda *_: yields(), lambda *_: Odd()()])
def test_what_no_program_can_await_is_refused_without_a_warning(engine, function):
    engine.function(function, name="f")
    said = engine.run("let said = try(f).error.message")["said"]
    gc.collect()
    assert said.startswith("f: cannot pass ")


def test_methods_of_host_classes_exist_and_can_be_used(engine):
    for name in ("waits", "yields", "waits_and_yields", "__call__"):
        with pytest.raises((TypeError, ValueError), match=r"a Sentra program|stay private"):
            engine.host_class(Odd, methods=[name])
    for name in ("nothing", "level", "mro"):
        with pytest.raises(ValueError, match=f"Odd has no method '{name}'"):
            engine.host_class(Odd, methods=[name])
    with pytest.raises(TypeError, match="lists of names"):
        engine.host_class(Odd, methods=[5])


def test_methods_that_instances_have(engine):
    class Proxy:
        def __getattr__(self, name):
            if name == "gone":
                raise AttributeError("nothing of that name")
            return {"there": lambda: 5, "waits": waits, "level": 3}[name]

    engine.host_class(Proxy, methods=["there", "gone", "waits", "level"])
    run = engine.run("""
        fn tried(f) { try { return f() } catch e { return e.kind + ": " + e.message } }
        let found = [tried(fn() => p.there()), tried(fn() => p.gone()),
                     tried(fn() => p.waits()), tried(fn() => p.level())]
    """, p=Proxy())
    assert run["found"] == [
        5, "value: gone: nothing of that name",
        "type: waits: a Sentra program cannot await; give a function that waits, with "
        "asyncio.run_coroutine_threadsafe", "type: a function of the host must be callable, not 3"]


def test_annotations_of_host_functions_are_checked(engine):
    @engine.function
    def mix(a: int, b: str | None = None, c: float = 0, d: list[int] | dict = (), *more: bool):
        return [a, b, c, list(d), *more]

    @engine.function
    def free(a: Unknown, b: range = None):  # noqa: F821, RUF013
        return [a, b]

    def call(text):
        return engine.run(f"""
            let out = nil
            try {{ out = {text} }} catch e {{ out = e.kind + ": " + e.message }}
        """)["out"]

    assert call("mix(4 / 2, nil, 1, [3], true)") == [2, None, 1, [3], True]
    assert call("mix(true, error(\"no\"), 1.5, {k: 1})") == [True, "no", 1.5, ["k"]]
    assert call("mix(2.5)") == "value: mix: argument 1 must be a whole number"
    assert call("mix(nil)") == "type: mix: argument 1 must be number, not nil"
    assert call("mix(1, 2)") == "type: mix: argument 2 must be string or nil, not number"
    assert call("mix(1, nil, 1, 5)") == "type: mix: argument 4 must be array or map, not number"
    assert call("mix(1, nil, 1, [], 5)") == "type: mix: argument 5 must be boolean, not number"
    assert call("mix()") == "call: mix expects at least 1 argument, got 0"
    assert call("free([], 1)") == [[], 1]


def test_keyword_only_parameters_are_options_in_a_map(engine):
    @engine.function
    def fetch(url, *, timeout: float = 5, method="GET"):
        return [url, timeout, method]

    @engine.function
    def must(*, key):
        return key

    @engine.function
    def need(a, *, key):
        return [a, key]

    def call(text):
        return engine.run(f"""
            let out = nil
            try {{ out = {text} }} catch e {{ out = e.kind + ": " + e.message }}
        """)["out"]

    assert call('fetch("u")') == ["u", 5, "GET"]
    assert call('fetch("u", {method: "PUT"})') == ["u", 5, "PUT"]
    assert call('fetch("u", {wait: 1})') == 'call: fetch has no option "wait"'
    assert call('fetch("u", {timeout: "x"})') == (
        "type: fetch: timeout must be number, not string")
    assert call('fetch("u", 1)') == "type: fetch: argument 2 must be map, not number"
    assert call('fetch("u", {}, 1)') == "call: fetch expects 1 to 2 arguments, got 3"
    assert call("must({key: 3})") == 3
    assert call("must({})") == 'call: must needs the option "key"'
    assert call("must()") == 'call: must needs the option "key"'
    assert call("need(1, {})") == call("need(1)") == 'call: need needs the option "key"'
    assert call("need()") == "call: need expects 2 arguments, got 0"
    assert call("need(1, {}, 2)") == "call: need expects 2 arguments, got 3"


def test_exceptions_of_the_host_become_message_and_kind(engine):
    class Secret(Exception):
        def __str__(self):
            return "do not look"

    rows = [(ValueError("bad"), "value", "f: bad"), (KeyError("k"), "index", "f: k"),
            (ZeroDivisionError("z"), "arithmetic", "f: z"), (TypeError("t"), "type", "f: t"),
            (FileNotFoundError(2, "No such file", "/secret/path"), "io", "f: No such file"),
            (Secret(1, 2), "value", "f: Secret"),
            (SentraError("mine", "custom"), "custom", "mine")]
    for exception, kind, message in rows:
        def f(exception=exception):
            raise exception

        run = engine.run("let r = nil\ntry { f() } catch e { r = [e.kind, e.message, str(e)] }",
                         f=f)
        assert run["r"] == [kind, message, message]
        with pytest.raises(SentraError) as caught:
            engine.run("f()", f=f)
        if not isinstance(exception, SentraError):
            assert caught.value.line == 1
            assert caught.value.__cause__ is exception


def test_what_is_no_exception_passes_through(engine):
    for stop in (KeyboardInterrupt, SystemExit, GeneratorExit):
        def f(stop=stop):
            raise stop

        with pytest.raises(stop):
            engine.run("try { f() } catch e { } finally { log(1) }", f=f)
    assert engine.stdout.getvalue() == ""


def test_host_classes(engine):
    class Account:
        def __init__(self):
            self.balance = 10
            self.secret = "s"

        def deposit(self, amount):
            self.balance += amount
            return self

        def __add__(self, other):
            raise AssertionError("reached from a program")

    engine.host_class(Account, attributes=["balance"], methods=["deposit"])
    account = Account()
    run = engine.run("""
        fn tried(f) { return try(f).error.message }
        let a = account.deposit(5).balance
        let b = type(account)
        let s = str(account)
        let errors = [tried(fn() => account.secret), tried(fn() => account.__class__),
                      tried(fn() => account + 1), tried(fn() => account["secret"]),
                      tried(fn() { account.balance = 1 }), tried(fn() => account.nothing())]
        let same = account.deposit(0) == account
        fn get() { return account }
    """, account=account)
    assert (run["a"], run["b"], run["s"], run["same"]) == (15, "object", "<Account>", True)
    assert run["errors"] == [
        'Account has no member "secret"', 'Account has no member "__class__"',
        "cannot add object and number", 'Account has no member "secret"',
        "cannot assign to an index of object", 'Account has no member "nothing"']
    assert run.call("get") is account
    with pytest.raises(ValueError, match="underscore"):
        engine.host_class(Account, attributes=["__dict__"])
    with pytest.raises(TypeError, match="Account"):
        Engine().run("let x = 1", account=account)


# --- values of the host -------------------------------------------------------------------------

class MyInt(int):
    def __add__(self, other):
        raise AssertionError("reached from a program")

    __mul__ = __radd__ = __eq__ = __index__ = __int__ = __add__
    __hash__ = int.__hash__


class MyStr(str):
    def __add__(self, other):
        raise AssertionError("reached from a program")

    __str__ = __len__ = __add__


class MyList(list):
    def __iter__(self):
        raise AssertionError("reached from a program")

    __len__ = __getitem__ = __iter__


class MyDict(dict):
    def items(self):
        raise AssertionError("reached from a program")

    __iter__ = keys = __getitem__ = items


class Color(enum.IntEnum):
    RED = 3


class MyFloat(float):
    def __float__(self):
        raise AssertionError("reached from a program")


CONVERTED = [
    (MyInt(5), 5), (MyStr("ab"), "ab"), (MyFloat(2.5), 2.5), (Color.RED, 3),
    (MyList([1, MyInt(2)]), [1, 2]), (MyDict(a=MyList([1])), {"a": [1]}),
    ((1, (2, 3)), [1, [2, 3]]), (OrderedDict(a=1), {"a": 1}), ([MyStr("x")], ["x"]),
    ({MyStr("k"): 1}, {"k": 1}), ([True, None, 1.5], [True, None, 1.5]),
]


@pytest.mark.parametrize("value, wanted", CONVERTED, ids=lambda value: type(value).__name__)
def test_subclasses_are_converted_without_their_own_methods(value, wanted):
    same = sentra.compile("fn f(x) { return x }")["f"]
    got = same(value)
    assert got == wanted

    def exact(a, b):
        assert type(a) is type(b)
        if type(a) is list:
            for x, y in zip(a, b, strict=True):
                exact(x, y)
        elif type(a) is dict:
            for x, y in zip(a.items(), b.items(), strict=True):
                exact(list(x), list(y))

    exact(got, wanted)


@pytest.mark.parametrize("value", [
    Decimal(1), 1j, b"x", {1, 2}, object(), range(3), iter([]), type, sys, [Decimal(1)],
    {"a": object()}, {(1, 2): 3}, memoryview(b"x"), slice(1)], ids=lambda v: type(v).__name__)
def test_other_types_are_refused(value):
    with pytest.raises(TypeError, match="Sentra"):
        sentra.compile("fn f(x) { return x }").call("f", value)
    with pytest.raises(SentraError) as caught:
        sentra.run("f()", f=lambda: value)
    assert caught.value.kind == "type"


def test_numpy_values():
    numpy = pytest.importorskip("numpy")
    same = sentra.compile("fn f(x) { return x }")["f"]
    for value, wanted in [(numpy.int64(5), 5), (numpy.float32(0.5), 0.5), (numpy.bool_(True), True),
                          (numpy.float64(1.5), 1.5), (numpy.array([1, 2]), [1, 2])]:
        got = same(value)
        assert (got, type(got)) == (wanted, type(wanted))
    with pytest.raises(TypeError):
        same(numpy.datetime64("2020-01-01"))


def test_cyclic_and_deep_data():
    same = sentra.compile("fn f(x) { return x }")["f"]
    cycle: list = [1]
    cycle.append(cycle)
    assert same(cycle) is cycle
    strange: list = [(1,)]
    strange.append(strange)
    got = same(strange)
    assert got[0] == [1]
    assert got[1] is got
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    assert same(deep) is deep
    tuples: tuple = ()
    for _ in range(100_000):
        tuples = (tuples,)
    with pytest.raises(TypeError, match="deeply"):
        same(tuples)
