"""Section regex, and the engine behind it."""

from __future__ import annotations

import random
import re

import pytest
from builtin_rows import Throws, call, check, member, rows

from sentra.errors import SentraError
from sentra.runtime.limits import Sizes, use
from sentra.runtime.regex import PatternError, Regex, compile_pattern, dfa
from sentra.runtime.regex.syntax import parse


@rows(
    ("regex_match", "^a+b$", "aaab", True), ("regex_match", "^a+b$", "aaa", False),
    ("regex_match", "\\d", "x5", True), ("regex_match", "", "", True),
    ("regex_find", "[0-9]+", "ab123cd45", "123"), ("regex_find", "z", "abc", None),
    ("regex_find", "z*", "abc", ""), ("regex_find_all", "[0-9]+", "ab123cd45", ["123", "45"]),
    ("regex_find_all", "a*", "baac", ["", "aa", ""]), ("regex_find_all", "x", "", []),
    ("regex_find_all", "\\b", "ab c", ["", "", "", ""]), ("regex_find_all", "^", "a\nb", [""]),
    ("regex_find_all", "(?m)^.", "ab\ncd", ["a", "c"]),
    ("regex_groups", "(\\w+)@(\\w+)", "to me@host", ["me@host", "me", "host"]),
    ("regex_groups", "(a)|(b)", "b", ["b", None, "b"]), ("regex_groups", "x(y)?", "x", ["x", None]),
    ("regex_groups", "(?P<k>\\w)=(?<v>\\w)", "a=b", ["a=b", "a", "b"]),
    ("regex_groups", "(a)", "b", None), ("regex_groups", "a", "a", ["a"]),
    ("regex_replace", "[aeiou]", "hello", "*", "h*ll*"),
    ("regex_replace", "(\\w)-(\\w)", "a-b c-d", "$2-$1", "b-a d-c"),
    ("regex_replace", "(\\w)", "ab", "${1}1$$$2", "a1$b1$"), ("regex_replace", "x", "x", "$", "$"),
    ("regex_replace", "x", "x", "$y ${z} ${", "$y ${z} ${"),
    ("regex_replace", "x", "x", "$0$0", "xx"),
    ("regex_replace", "(?<n>x)", "x", "[$n|${n}|$nn]", "[x|x|$nn]"),
    ("regex_replace", "x", "x", "$99999999999", ""), ("regex_replace", "x*", "abc", "-", "-a-b-c-"),
    ("regex_replace", "b*", "abc", "-", "-a-c-"), ("regex_replace", "x", "abc", "y", "abc"),
    ("regex_replace", "(x)?a", "a", "[$1]", "[]"),
    ("regex_split", ",\\s*", "a, b,c", ["a", "b", "c"]), ("regex_split", ",", "a,", ["a", ""]),
    ("regex_split", ",", ",a", ["", "a"]), ("regex_split", ",", "", [""]),
    ("regex_split", "", "abc", ["a", "b", "c"]), ("regex_split", "z", "abc", ["abc"]),
    ("regex_split", "b*", "abbc", ["a", "c"]), ("regex_split", "(,)", "a,b", ["a", "b"]),
    ("regex_match", 5, "x", Throws("type", "regex_match: argument 1 must be string, not number")),
    ("regex_find", "x", None, Throws("type", "regex_find: argument 2 must be string, not nil")),
    ("regex_match", "wrong", SentraError("went wrong"), True),
    ("regex_match", "(", "x", Throws("value", "malformed pattern: missing ) at character 1")),
)
def test_builtins(row):
    check(row)


def found(pattern: str, text: str, *, simple: bool = True) -> list[str | None] | None:
    """The first match and its groups."""
    regex = Regex(parse(pattern), simple=simple)
    span = regex.search(text)
    assert regex.matches(text) == (span is not None)
    if span is None:
        return None
    slots = regex.slots(text, span)
    return [text[a:b] if a >= 0 else None for a, b in zip(slots[::2], slots[1::2], strict=True)]


# pattern, text, match and groups (None: no match)
MEANINGS = [
    ("a|ab", "ab", ["a"]), ("(a|ab)(c|bcd)(d*)", "abcd", ["abcd", "a", "bcd", ""]),
    ("a*?", "aa", [""]), ("a+?b", "aab", ["aab"]), ("(a*?)(a*)", "aa", ["aa", "", "aa"]),
    ("(?U)a+", "aa", ["a"]), ("(?U)a+?", "aa", ["aa"]), ("a{2}", "aaa", ["aa"]),
    ("a{2,}", "aaaa", ["aaaa"]), ("a{1,2}", "aaa", ["aa"]), ("a{1,2}?", "aaa", ["a"]),
    ("a{0}b", "ab", ["b"]), ("a{0,0}", "a", [""]), ("a{,2}", "a{,2}", ["a{,2}"]),
    ("a{x", "a{x", ["a{x"]),
    ("{", "{", ["{"]), ("x{2}{", "xx{", ["xx{"]),
    (".", "\n", None), ("(?s).", "\n", ["\n"]), ("(?s:.).", "\nx", ["\nx"]),
    ("(?i)straße", "STRAßE", ["STRAßE"]), ("(?i)k", "\u212a", ["\u212a"]), ("(?i)[^k]", "K", None),
    ("(?i)s", "ſ", ["ſ"]), ("(?i)ΣΑΣ", "σας", ["σας"]), ("a(?i)b(?-i)c", "aBc", ["aBc"]),
    ("a(?i)b(?-i)c", "aBC", None), ("((?i)a)b", "Ab", ["Ab", "A"]), ("((?i)a)b", "AB", None),
    ("(?i:a)b", "AB", None), ("(?im-s)^x.", "a\nXy", ["Xy"]),
    ("^a", "ba", None), ("(?m)^a", "b\na", ["a"]), ("a$", "a\n", None), ("(?m)a$", "a\nb", ["a"]),
    ("\\Aa\\z", "a", ["a"]), ("(?m)\\Aa", "b\na", None), ("a\\z", "ab", None),
    ("\\bfoo\\b", "a foo b", ["foo"]), ("\\bfoo\\b", "afoo", None), ("\\Boo\\B", "food", ["oo"]),
    ("\\B", "", [""]), ("\\bé", "é", None), ("^*", "a", [""]),
    ("[a-c]+", "xabcd", ["abc"]), ("[^a-c]+", "abxyc", ["xy"]), ("[]a]+", "]a", ["]a"]),
    ("[^]a]", "]b", ["b"]), ("[a-]+", "a-", ["a-"]), ("[-a]+", "-a", ["-a"]),
    ("[a\\-z]+", "a-z", ["a-z"]),
    ("[\\d.]+", "1.5", ["1.5"]), ("[^\\d]", "1a", ["a"]), ("[\\]]", "]", ["]"]),
    ("[[:alpha:]]+", "1abC", ["abC"]), ("[[:^alpha:]]+", "abc12", ["12"]),
    ("[[:word:]-]+", "a_1-", ["a_1-"]),
    ("[\\x41-\\x{43}]+", "ABCD", ["ABC"]), ("[[a]+", "[a", ["[a"]),
    ("[^\\x00-\\x{10FFFF}]", "a", None),
    ("\\d+", "٣4", ["4"]), ("\\w+", "é_1", ["_1"]), ("\\s", "\v", None), ("\\S+", " ab ", ["ab"]),
    ("\\D\\W", "a!", ["a!"]), ("\\pL+", "1éΩ2", ["éΩ"]), ("\\p{Lu}", "aÉ", ["É"]),
    ("\\PL", "a1", ["1"]),
    ("\\p{^L}", "a1", ["1"]), ("[\\p{Nd}x]+", "a٣x", ["٣x"]), ("\\p{Any}", "\n", ["\n"]),
    ("\\x41\\x{1F600}\\n\\t", "A😀\n\t", ["A😀\n\t"]), ("\\0\\101", "\0A", ["\0A"]),
    ("\\.", "a.", ["."]),
    ("\\Qa.b\\E+", "a.bbb", ["a.bbb"]), ("\\Q[", "[", ["["]), ("\\/\\-\\_", "/-_", ["/-_"]),
    ("(a+)+$", "aaaa", ["aaaa", "aaaa"]), ("(?:a|b)+", "abab", ["abab"]),
    ("((a)|b)+", "ab", ["ab", "b", "a"]),
    ("(a*)*", "aa", ["aa", "aa"]), ("(a*)+", "b", ["", ""]), ("(a|b*)*", "ab", ["ab", "b"]),
    ("(|a)*", "aa", ["", ""]), ("(|a)+", "aa", ["", ""]), ("()", "a", ["", ""]),
    ("a||b", "b", [""]),
    ("(a|)(b|)", "b", ["b", "", "b"]), ("x*", "", [""]), ("(?:)", "x", [""]),
    ("ab|cd|ef", "xef", ["ef"]),
    ("(\\d{1,3})\\.(\\d{1,3})", "ip 10.20", ["10.20", "10", "20"]), ("a.c", "abc a\nc", ["abc"]),
    ("(?:(?:a{2}){2}){2}", "a" * 9, ["a" * 8]), ("😀+", "x😀😀", ["😀😀"]),
]


@pytest.mark.parametrize("simple", [True, False])
@pytest.mark.parametrize("pattern, text, wanted", MEANINGS)
def test_meaning(pattern, text, wanted, simple):
    assert found(pattern, text, simple=simple) == wanted


@pytest.mark.parametrize("pattern, message", [
    ("(a", "missing ) at character 1"), ("a)", "unexpected ) at character 2"),
    ("[a", "missing ] at character 1"), ("a[]", "missing ] at character 2"),
    ("*a", "nothing to repeat at character 1"), ("a|*", "nothing to repeat at character 3"),
    ("(?i)*", "nothing to repeat at character 5"),
    ("a**", "repetition of a repetition at character 3"),
    ("a{2}{3}", "repetition of a repetition at character 5"), ("a*+", "repetition of a repetition"),
    ("a{1001}", "repetition is limited to 1000"),
    ("a{1,99999999}", "repetition is limited to 1000"),
    ("(a{100}){11}", "nested repetition is limited to 1000"),
    ("a{3,2}", "counts are in the wrong order"),
    ("(\\w)\\1", "backreferences are not supported at character 5"), ("\\k<n>", "backreferences"),
    ("(?P=n)", "backreferences"),
    ("a(?=b)", "lookahead and lookbehind are not supported at character 2"),
    ("(?!b)", "lookahead"), ("(?<=b)", "lookbehind"), ("(?<!b)", "lookbehind"),
    ("(?>a)", "unknown group syntax"), ("(?#c)", "unknown group syntax"),
    ("(?i", "unknown group syntax"),
    ("(?)", "unknown group syntax"), ("(?i-)", "unknown group syntax"),
    ("(?", "unknown group syntax"),
    ("(?P<1a>x)", "malformed group name"), ("(?<a", "malformed group name"),
    ("(?<a-b>x)", "malformed group name"),
    ("(?<a>x)(?<a>y)", "group name a is used twice"), ("\\", "trailing backslash"),
    ("[\\", "trailing backslash"),
    ("\\Z", "unknown escape \\Z"), ("\\é", "unknown escape"), ("\\pX", "unknown character class"),
    ("\\p{Greek}", "unknown character class"), ("\\p", "unknown character class"),
    ("\\p{L", "unknown character class"),
    ("[[:foo:]]", "unknown character class"), ("[b-a]", "range in the wrong order"),
    ("[a-\\d]", "unknown escape"),
    ("\\x{110000}", "malformed \\x escape"), ("\\xZ1", "malformed \\x escape"),
    ("\\x1", "malformed \\x escape"),
    ("\\x{}", "malformed \\x escape"), ("(" * 101 + ")" * 101, "nested too deeply"),
    ("()" * 501, "more than 500 groups"), ("x" * 20_001, "pattern is too long"),
    ("(?:abcdefghijkl){1000}", "pattern is too large"),
])
def test_malformed(pattern, message):
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert caught.value.kind == "value"
    assert caught.value.message.startswith("malformed pattern: ")
    assert message in caught.value.message


def test_nesting_that_is_allowed():
    pattern = "(" * 100 + "a" + ")*" * 100
    assert found("(?:" * 100 + "a" + ")" * 100, "xa") == ["a"]
    assert found(pattern, "aa")[0] == "aa"


class Generator:
    """Patterns that Python's `re` and RE2 agree on: nothing that can be empty is repeated."""

    ATOMS = ["a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\d", "ab", "\\.", "1"]
    REPEATS = ["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?", "??", "{1,2}?"]
    EDGES = ["^", "\\b", "\\B", "\\Z"]

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def pattern(self, depth: int = 3) -> tuple[str, bool]:
        """A pattern, and whether it can be empty."""
        branches = [self.sequence(depth) for _ in range(self.draw.choice([1, 1, 1, 2, 3]))]
        return "|".join([text for text, _ in branches]), any(empty for _, empty in branches)

    def sequence(self, depth: int) -> tuple[str, bool]:
        items = [self.item(depth) for _ in range(self.draw.choice([1, 2, 2, 3, 4]))]
        return "".join([text for text, _ in items]), all(empty for _, empty in items)

    def item(self, depth: int) -> tuple[str, bool]:
        choice = self.draw.random()
        if choice < 0.08:
            return self.draw.choice(self.EDGES), True
        if choice < 0.35 and depth:
            text, empty = self.pattern(depth - 1)
            text = self.draw.choice(["({})", "(?:{})"]).format(text)
        else:
            text, empty = self.draw.choice(self.ATOMS), False
            if len(text) == 2 and text.isalpha():
                return text, False
        if not empty and self.draw.random() < 0.4:
            repeat = self.draw.choice(self.REPEATS)
            return text + repeat, repeat[0] in "*?"
        return text, empty

    def text(self) -> str:
        return "".join(self.draw.choices("aaabbc1. é\n", k=self.draw.randint(0, 14)))


def python_spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """All matches, by Python; an empty one right after another is left out (`finditer` differs)."""
    spans: list[tuple[int, int]] = []
    position = 0
    while position <= len(text) and (match := pattern.search(text, position)):
        start, end = match.span()
        position = end if match.group() else end + 1
        if match.group() or not spans or spans[-1][1] != start:
            spans.append((start, end))
    return spans


def agree(pattern: str, text: str, regexes: list[Regex]) -> None:
    compiled = re.compile(pattern, re.ASCII)
    first = compiled.search(text)
    for regex in regexes:
        span = regex.search(text)
        assert span == (first.span() if first else None), (pattern, text)
        assert regex.matches(text) == bool(first), (pattern, text)
        if first and span:
            wanted = [place for group in first.regs for place in group]
            assert list(regex.slots(text, span)) == wanted, (pattern, text)
        assert list(regex.find_all(text)) == python_spans(compiled, text), (pattern, text)


def compiled_both_ways(pattern: str) -> list[Regex]:
    ours = parse(pattern.replace("\\Z", "\\z"))
    return [Regex(ours), Regex(ours, simple=False)]


def has_quirk(pattern: str) -> bool:
    """Python below 3.14 does not find \\B in an empty text."""
    return "\\B" in pattern


def test_python_agrees_on_random_patterns():
    generator = Generator(2024)
    simple = 0
    for _ in range(1500):
        pattern, _ = generator.pattern()
        regexes = compiled_both_ways(pattern)
        simple += regexes[0].simple is not None
        for _ in range(6):
            text = generator.text()
            if text or not has_quirk(pattern):
                agree(pattern, text, regexes)
    assert simple > 100


def test_states_can_be_thrown_away_at_any_time(monkeypatch):
    monkeypatch.setattr(dfa, "_BUDGET", 60)
    generator = Generator(7)
    for _ in range(150):
        pattern, _ = generator.pattern()
        regex = compiled_both_ways(pattern)[1]
        for _ in range(4):
            text = generator.text() * 3
            if text:
                agree(pattern, text, [regex])


def test_memory_of_states_is_bounded(monkeypatch):
    monkeypatch.setattr(dfa, "_BUDGET", 5_000)
    regex = Regex(parse("(?:a|b)*a(?:a|b){12}$"), simple=False)
    text = "".join(random.Random(1).choices("ab", k=20_000))
    assert regex.matches(text) == bool(re.search("a(?:a|b){12}$", text))
    kept = sum(len(state.threads) + 20 + len(state) for state in regex.forward.states.values())
    assert kept < 10_000


HANGS = [
    ("(a+)+$", "a", "b"), ("(a|a)*b", "a", ""), ("(a|aa)+$", "a", "b"), ("(a*)*b", "a", ""),
    ("(?:a?){20}a{20}b", "a", ""), ("(x+x+)+y", "x", ""), ("^(([a-z])+.)+[A-Z]([a-z])+$", "a", "!"),
    ("(.*)*x", "a", ""), ("(a|b|ab)*c", "ab", ""), ("((a{1,5}){1,5}){1,5}$", "a", "b"),
    ("\\s+$", " ", "x"),
    ("(\\w+\\s?)*!", "ab ", ""), ("a*a*a*a*a*b", "a", ""), ("([a-z]+)*@", "abc", ""),
]


def work(pattern: str, text: str) -> int:
    """How many instructions a search, and the groups of what it finds, look at."""
    regex = Regex(parse(pattern), simple=False)
    span = regex.search(text)
    if span is not None:
        regex.slots(text, span)
    return (regex.forward.work + regex.pike.steps + len(regex.forward.program.op)
            + (regex.backward.work if span else 0))


@pytest.mark.parametrize("pattern, repeated, end", HANGS)
def test_time_is_linear(pattern, repeated, end):
    """Steps of the automata; a character of known transition costs one lookup besides."""
    program = len(Regex(parse(pattern), simple=False).forward.program.op)
    for count in (100, 1000, 4000):
        text = repeated * count + end
        assert work(pattern, text) <= 3 * program * (len(text) + 20), count


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|aa)+", "((a|b)*)*", "(a*)*", "(\\w+\\s?)*"])
def test_groups_are_found_in_linear_time(pattern):
    text = "a" * 3000
    regex = Regex(parse(pattern), simple=False)
    span = regex.search(text)
    assert span == (0, 3000)
    regex.slots(text, span)
    assert regex.pike.steps <= len(regex.forward.program.op) * 3001


@pytest.mark.parametrize("pattern, simple", [
    ("abc", True), ("\\d+", True), (",\\s*", True), ("[A-Z][a-z]+", True), ("(\\w)(\\d)", True),
    ("cat|dog\\d*", True), ("\\bword", True), ("\\Aab{3}", True), ("\\d{2}-\\d{4,9}", True),
    ("\\d+x", False), ("(\\w+)@", False), ("(ab)+", False), ("(a|b)c", False), ("a+$", False),
    ("a*b*", False), ("\\w+\\b", False), ("a{100}b{101}", False), ("(?:a|b)*", False),
    ("a?b", False),
    ("(\\w)(\\d)?", False),
])
def test_what_python_is_trusted_with(pattern, simple):
    """Only what never goes back: see `simple`."""
    assert (Regex(parse(pattern)).simple is not None) == simple


def test_size_of_replacements_is_bounded():
    before = use(Sizes(string=10_000))
    try:
        check(("regex_replace", "a", "a" * 100, "x" * 1000, Throws("overflow", "string too large")))
        check(("regex_replace", "(a+)", "a" * 100, "$1" * 1000,
               Throws("overflow", "string too large")))
        assert len(call("regex_replace", "a", "a" * 100, "x" * 99)) == 9900
    finally:
        use(before)


def test_compiled_patterns_are_remembered():
    assert compile_pattern("a+b") is compile_pattern("a+b")
    for number in range(500):
        compile_pattern(f"a{number}")
    assert found("a+b", "aab") == ["aab"]


def test_module_members():
    for name, args, wanted in [
        ("match", ("a", "cat"), True), ("find", ("a.", "cat"), "at"),
        ("find_all", ("[ac]", "cat"), ["c", "a"]),
        ("groups", ("(c)a", "cat"), ["ca", "c"]), ("replace", ("a", "cat", "u"), "cut"),
        ("split", ("a", "cat"), ["c", "t"]), ("regex_match", ("a", "cat"), True),
    ]:
        assert member("regex", name, *args) == wanted
