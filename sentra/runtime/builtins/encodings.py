"""Builtins of the encoding section: base64, hex, URL, HTML."""

from __future__ import annotations

from sentra.errors import VALUE, SentraError
from sentra.runtime.arguments import string_argument
from sentra.runtime.limits import string_size
from sentra.runtime.registry import builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TO_URL = {ord("+"): "-", ord("/"): "_"}
_FROM_URL = {ord("-"): "+", ord("_"): "/"}
_BLANKS = dict.fromkeys(map(ord, " \t\r\n"))
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
_HEX = frozenset(b"0123456789abcdefABCDEF")


def utf8(name: str, position: int, value: Any) -> bytes:
    """A string argument as UTF-8."""
    try:
        return string_argument(name, position, value).encode()
    except UnicodeEncodeError:
        raise SentraError(f"{name}: the text has half a surrogate pair", VALUE) from None


def _small(name: str, text: Any, growth: float) -> bytes:
    """The same, of a text that may be so many times as large when it is encoded."""
    data = utf8(name, 1, text)
    string_size(int(growth * len(data)))
    return data


def text_of(name: str, data: bytes) -> str:
    """Decoded bytes as a string."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise SentraError(f"{name}: the result is no UTF-8 text", VALUE) from None


def base64_text(data: bytes) -> str:
    """Bytes as base64."""
    from binascii import b2a_base64

    return b2a_base64(data, newline=False).decode("ascii")


def base64_bytes(name: str, text: str) -> bytes:
    """The bytes of a base64 text. White space, and missing padding at the end, are accepted."""
    from binascii import Error, a2b_base64

    text = text.translate(_BLANKS)
    try:
        digits = text.encode("ascii")
        return a2b_base64(digits + b"=" * (-len(digits) % 4), strict_mode=True)
    except (Error, UnicodeEncodeError):
        raise SentraError(f"{name}: malformed base64", VALUE) from None


@builtin("encoding", "base64_encode")
def base64_encode(text: Any) -> str:
    return base64_text(_small("base64_encode", text, 4 / 3))


@builtin("encoding", "base64_decode")
def base64_decode(text: Any) -> str:
    source = string_argument("base64_decode", 1, text)
    return text_of("base64_decode", base64_bytes("base64_decode", source))


@builtin("encoding", "base64url_encode")
def base64url_encode(text: Any) -> str:
    return base64_text(_small("base64url_encode", text, 4 / 3)).translate(_TO_URL)


@builtin("encoding", "base64url_decode")
def base64url_decode(text: Any) -> str:
    source = string_argument("base64url_decode", 1, text)
    if "+" in source or "/" in source:
        raise SentraError("base64url_decode: malformed base64", VALUE)
    return text_of("base64url_decode",
                   base64_bytes("base64url_decode", source.translate(_FROM_URL)))


@builtin("encoding", "hex_encode")
def hex_encode(text: Any) -> str:
    return _small("hex_encode", text, 2).hex()


@builtin("encoding", "hex_decode")
def hex_decode(text: Any) -> str:
    from binascii import Error, unhexlify

    try:
        data = unhexlify(string_argument("hex_decode", 1, text))
    except (Error, ValueError):
        raise SentraError("hex_decode: malformed hexadecimal text", VALUE) from None
    return text_of("hex_decode", data)


@builtin("encoding", "url_encode")
def url_encode(text: Any) -> str:
    """Everything but letters, digits and ``-_.~`` becomes %XX."""
    data = _small("url_encode", text, 3)
    return "".join([chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in data])


@builtin("encoding", "url_decode")
def url_decode(text: Any) -> str:
    """A ``%`` that is not followed by two hexadecimal digits stays as it is."""
    first, *rest = utf8("url_decode", 1, text).split(b"%")
    parts = [first]
    for part in rest:
        if len(part) > 1 and part[0] in _HEX and part[1] in _HEX:
            parts.append(bytes((int(part[:2], 16),)))
            part = part[2:]
        else:
            parts.append(b"%")
        parts.append(part)
    return text_of("url_decode", b"".join(parts))


@builtin("encoding", "html_escape")
def html_escape(text: Any) -> str:
    from html import escape

    source = string_argument("html_escape", 1, text)
    string_size(6 * len(source))
    return escape(source)


@builtin("encoding", "html_unescape")
def html_unescape(text: Any) -> str:
    import re
    from html import unescape

    source = string_argument("html_unescape", 1, text)
    if "&#" in source:  # numbers of any length: Python takes no longer ones than 4,300 digits
        source = re.sub("&#0+(?=[0-9])", "&#", source)
        source = re.sub("&#[0-9]{8,};?", "\ufffd", source)
    return unescape(source)
