"""The builtins: which module has which, so that a program loads only what it uses.

`FILES` names every builtin; a test compares it with what the modules declare.
"""

from __future__ import annotations

from sentra.runtime import registry
from sentra.runtime.registry import Builtin, Declaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.runtime.context import Context

# module → (sections that have its builtins as members, names of functions and constants)
FILES: dict[str, tuple[str, str]] = {
    "core": (
        "core string array map",
        """log print str len type typeof bool int float num range assert error exit args readline
        input"""),
    "copies": ("core", "clone deep_clone deepClone memoize try"),
    "strings": (
        "string array map",
        """upper lower trim trim_left trim_right split join contains includes starts_with
        startsWith startswith ends_with endsWith endswith index_of indexOf last_index_of
        substring substr char_at replace replace_first repeat pad_left pad_right reverse count"""),
    "characters": ("string", "chars lines ord chr is_digit is_alpha is_space capitalize title"),
    "formatting": ("string", "format"),
    "arrays": (
        "array string",
        "push pop shift unshift insert remove_at slice concat first last fill take drop"),
    "shapes": ("array math", "flat unique zip enumerate sum min max chunk"),
    "functional": (
        "array",
        """map filter reduce for_each forEach find find_index every all some any flat_map
        group_by partition"""),
    "sorting": ("array", "sort sorted sort_by"),
    "maps": (
        "map array",
        """keys values entries has has_key get delete remove merge from_entries map_values
        filter_map clear"""),
    "mathematics": (
        "math",
        """PI E abs floor ceil round trunc sqrt pow div mod exp ln log2 log10 sin cos tan asin acos
        atan atan2 sinh cosh tanh hypot gcd lcm factorial sign clamp is_nan isNaN is_finite
        isFinite parse_int parseInt parse_float parseFloat to_hex to_bin"""),
    "bits": ("math", "band bor bxor bnot shl shr"),
    "randomness": (
        "random math",
        "random random_int randomInt randint random_choice shuffle random_seed"),
    "timing": (
        "time",
        """time time_now time_ms now_ms clock now date datetime sleep monotonic_ms format_time
        formatTime format_timestamp parse_time parseTime"""),
    "json_text": (
        "json",
        """json_encode json_stringify toJSON to_json json_decode json_parse parseJSON
        parse_json"""),
    "encodings": (
        "encoding",
        """base64_encode base64_decode base64url_encode base64url_decode hex_encode hex_decode
        url_encode url_decode html_escape html_unescape"""),
    "csv_text": ("encoding", "csv_parse csv_format"),
    "patterns": (
        "regex",
        "regex_match regex_find regex_find_all regex_groups regex_replace regex_split"),
    "cryptography": (
        "crypto",
        """md5 sha1 sha256 sha512 threat_generate_md5 threat_generate_sha1
        threat_generate_sha256 hash hmac crc32 constant_time_equal uuid random_bytes_hex
        generate_password generate_api_key password_hash password_verify check_password encrypt
        decrypt"""),
    "assertions": (
        "testing",
        """assert_equal assert_eq assert_not_equal assert_ne assert_true assert_false assert_nil
        assert_null assert_not_nil assert_not_null assert_contains assert_type assert_throws
        assert_near test test_summary"""),
    "concurrent": (
        "concurrency",
        """await_task make_channel channel send receive try_receive close mutex_create mutex_lock
        mutex_unlock wait_group_create wait_group_add wait_group_done wait_group_wait parallel_map
        num_cpus"""),
}


def _names(*files: str) -> frozenset[str]:
    return frozenset(" ".join([FILES[file][1] for file in files]).split())


STRING_METHODS = _names("strings", "characters", "formatting") | {"len", "slice"}
ARRAY_METHODS = _names("arrays", "shapes", "functional", "sorting") | frozenset(
    "join contains includes index_of indexOf last_index_of count reverse len".split())
MAP_METHODS = frozenset(
    "keys values entries has has_key get delete remove merge map_values filter_map clear "
    "len".split())
TYPE_METHODS = {"channel": frozenset("send receive try_receive close".split())}
"""What ``v.name(…)`` may name, by the type of v."""

_index: dict[str, str] = {}  # name → module, made when first needed


def _module_of(name: str) -> str | None:
    if not _index:
        for file, (_, text) in FILES.items():
            for each in text.split():
                _index[each] = file
    return _index.get(name)


def _load(file: str) -> None:
    __import__("sentra.runtime.builtins." + file)


def declaration(name: str) -> Declaration | None:
    """The declaration of a global builtin function; None where there is none of this name."""
    found = registry.DECLARED.get(name)
    if found is None:
        file = _module_of(name)
        if file is not None:
            _load(file)
            found = registry.DECLARED.get(name)
    return found


def lookup(name: str, context: Context) -> Any:
    """The builtin function or constant of this name for a run; None where there is none.

    All names of one builtin give the same value.
    """
    row = declaration(name)
    if row is None:
        return registry.CONSTANTS.get(name)
    return bound(row, context)


def bound(row: Declaration, context: Context) -> Builtin:
    """The value of a declared builtin for a run."""
    found = context.bound.get(row.name)
    if found is None:
        found = context.bound[row.name] = Builtin(row, context)
    return found


def names() -> frozenset[str]:
    """All global names of builtin functions and constants."""
    return _names(*FILES)


def arity(name: str) -> tuple[int, int | None] | None:
    """(least, most) arguments of a builtin, most None for any number; None if it is no builtin."""
    row = declaration(name)
    return (row.least, row.most) if row is not None else None


SECTION_NAMES = frozenset(
    """string array map math random time json encoding regex crypto io os http net websocket db
    testing concurrency""".split())
"""What ``import NAME`` can name."""


def section_member(section: str, name: str) -> Any:
    """A member of a builtin module before it is tied to a run: a `Declaration` or a constant.

    None where there is none.
    """
    for file, (sections, _) in FILES.items():
        if section in sections.split():
            _load(file)
    return registry.SECTIONS.get(section, {}).get(name)


def section_members(section: str, context: Context) -> dict[str, Any]:
    """The members of a builtin module: name → builtin or constant."""
    for file, (sections, _) in FILES.items():
        if section in sections.split():
            _load(file)
    return {
        name: bound(member, context) if isinstance(member, Declaration) else member
        for name, member in registry.SECTIONS.get(section, {}).items()}
