"""What an entry does is bounded, whatever its arguments are: limits hold there as elsewhere."""

from __future__ import annotations

import pytest

from sentra import Engine, LimitExceeded, Limits, SentraError

PRODUCTION = Limits(time=0.2)
METERED = Limits.default(time=0.2)


def function(source: str, limits: Limits):
    run = Engine(mode="closure", limits=limits).compile(source).run()
    assert any(name.startswith("_entry_f") for name in run.namespace)
    return run["f"]


@pytest.mark.parametrize("limits", [PRODUCTION, METERED])
@pytest.mark.parametrize("loop", [
    "while true { i = i + 1 }", "while i >= 0 { i = i + 1 }",
    "for k in range(900) { for j in range(900) { i = i + k * j }\n while true { i = i - 1 } }"])
def test_a_loop_without_end_is_stopped(limits, loop):
    call = function(f"fn f(i) {{ {loop}\n return i }}", limits)
    for _ in range(2):
        with pytest.raises(LimitExceeded, match="time limit"):
            call(1)


@pytest.mark.parametrize("limits", [PRODUCTION, METERED])
@pytest.mark.parametrize("operation", ["BIG % OTHER", "(BIG % OTHER) * BIG", "BIG * OTHER"])
def test_operations_on_huge_integers_are_interrupted(limits, operation):
    """In an entry nothing could stop them."""
    call = function(
        "let BIG = shl(1, 900000) - 1\nlet OTHER = shl(1, 450000) - 77\n"
        f"fn f(x) {{ return {' + '.join([f'({operation} + x)'] * 8)} }}", limits)
    with pytest.raises((LimitExceeded, SentraError), match=r"time limit|too large"):
        call(1)


def test_products_in_loops_do_not_grow_without_a_guard():
    call = function("fn f(x) { for i in range(900) { x = x * x }\n return 1 }", PRODUCTION)
    with pytest.raises(LimitExceeded, match="time limit"):
        call(3)
    assert call(1) == call(0) == 1


@pytest.mark.parametrize("start", ["\"x\"", "[1]", "1"])
def test_values_in_loops_do_not_grow_without_a_guard(start):
    source = f"fn f(n) {{ let s = {start}\n for i in range(n) {{ s = s + s }}\n return type(s) }}"
    found = []
    for mode in ("closure", "interp"):
        run = Engine(mode=mode).compile(source).run()
        try:
            found.append([run["f"](3), run["f"](40)])
        except SentraError as error:
            found.append(error.message)
    assert found[0] == found[1]


def test_steps_in_loops_count():
    source = "fn f(n) { let t = 0\n for i in range(n) { t = t + i }\n return t }"
    for steps in (700, 500_000):
        run = Engine(mode="closure", limits=Limits.default(steps=steps)).compile(source).run()
        for n in (0, 5, 600):
            assert run["f"](n) == sum(range(n))
            assert run.steps == n + 1
        with pytest.raises(LimitExceeded, match=f"step limit of {steps}"):
            run["f"](600_000)


def test_a_loop_that_is_left_counts_what_it_took():
    run = Engine(mode="closure").compile("""
        fn f(a, x) {
            for i, v in a { if v == x { return i } }
            return -1 }""").run()
    steps = []
    for x in (4, 6, 9):
        run["f"]([4, 5, 6], x)
        steps.append(run.steps)
    assert steps == [1, 3, 4]


def test_what_is_not_read_is_not_looked_at_and_what_is_read_is():
    run = Engine(mode="closure").compile("""
        fn f(e) { let s = 0
            for item in e.items { s = s + item.price }
            return s }""").run()
    other = object()
    assert run["f"]({"items": [{"price": 1}, {"price": 2.5}]}) == 3.5
    assert run["f"]({"items": [{"price": 1, "other": other}], "other": other}) == 1
    for wrong in ([{"price": other}], [{"price": 1}, other], [other], other):
        with pytest.raises(TypeError, match="cannot pass object"):
            run["f"]({"items": wrong})
    with pytest.raises(SentraError, match="cannot add"):
        run["f"]({"items": [{"price": None}]})


def test_arguments_are_never_changed_by_what_is_tried():
    """What an entry gives up, its function does again."""
    run = Engine(mode="closure").compile("""
        fn f(a, n) { let out = []
            for x in a { push(out, x)
                if x == n { push(a, "seen")
                    return out } }
            return out }
        fn g(a) { let out = [a[0]]
            out[0] = 7
            for x in a { push(out, x + 1) }
            return out }""").run()
    array = [1, 2, 3]
    assert run["f"](array, 2) == [1, 2]
    assert array == [1, 2, 3, "seen"]
    assert run["g"]([1, 2]) == [7, 2, 3]
    with pytest.raises(SentraError):
        run["g"]([1, None])
