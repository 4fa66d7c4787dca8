"""Builtins of the crypto section: hashes, random secrets, passwords, encryption.

Secrets come from the operating system, never from the run's random numbers. Encryption needs the
package `cryptography`; all else is Python's standard library.
"""

from __future__ import annotations

from sentra.errors import VALUE, SentraError
from sentra.runtime.arguments import integer_argument, string_argument
from sentra.runtime.builtins.encodings import base64_bytes, base64_text, text_of, utf8
from sentra.runtime.limits import string_size
from sentra.runtime.registry import builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ALGORITHMS = frozenset(
    """md5 sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 blake2b
    blake2s""".split())
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_SYMBOLS = '!@#$%^&*(),.?":|<>{}'


# Hashes


def _declare_hash(algorithm: str, *names: str) -> None:
    @builtin("crypto", *names)
    def apply(text: Any) -> str:
        return _digest(algorithm, utf8(names[0], 1, text))


def _digest(algorithm: str, data: bytes) -> str:
    import hashlib

    return hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()


_declare_hash("md5", "md5", "threat_generate_md5")
_declare_hash("sha1", "sha1", "threat_generate_sha1")
_declare_hash("sha256", "sha256", "threat_generate_sha256")
_declare_hash("sha512", "sha512")


def _algorithm(name: str, value: Any) -> str:
    text = string_argument(name, 1, value)
    known = text.lower().replace("-", "_")
    for form in (known, known.replace("_", "")):
        if form in _ALGORITHMS:
            return form
    raise SentraError(f'{name}: unknown algorithm "{text[:60]}" (known are '
                      f'{", ".join(sorted(_ALGORITHMS))})', VALUE)


@builtin("crypto", "hash")
def hash_(algorithm: Any, text: Any) -> str:
    return _digest(_algorithm("hash", algorithm), utf8("hash", 2, text))


@builtin("crypto", "hmac")
def hmac_(algorithm: Any, text: Any, key: Any) -> str:
    import hmac

    method = _algorithm("hmac", algorithm)
    return hmac.new(utf8("hmac", 3, key), utf8("hmac", 2, text), method).hexdigest()


@builtin("crypto", "crc32")
def crc32(text: Any) -> int:
    from zlib import crc32

    return crc32(utf8("crc32", 1, text))


@builtin("crypto", "constant_time_equal")
def constant_time_equal(a: Any, b: Any) -> bool:
    from hmac import compare_digest

    return compare_digest(utf8("constant_time_equal", 1, a), utf8("constant_time_equal", 2, b))


# Random secrets


@builtin("crypto", "uuid")
def uuid() -> str:
    """A random UUID (version 4)."""
    from os import urandom

    data = bytearray(urandom(16))
    data[6] = data[6] & 0x0F | 0x40
    data[8] = data[8] & 0x3F | 0x80
    text = data.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _size(name: str, position: int, value: Any, least: int) -> int:
    size = integer_argument(name, position, value)
    if size < least:
        raise SentraError(f"{name}: argument {position} must be at least {least}", VALUE)
    string_size(2 * size)
    return size


@builtin("crypto", "random_bytes_hex")
def random_bytes_hex(count: Any) -> str:
    from os import urandom

    return urandom(_size("random_bytes_hex", 1, count, 0)).hex()


def _secret(alphabet: str, size: int) -> str:
    """Characters drawn evenly by the operating system's generator."""
    from os import urandom

    usable = 256 - 256 % len(alphabet)  # bytes from here on would favour the first characters
    parts: list[str] = []
    while len(parts) < size:
        parts += [alphabet[byte % len(alphabet)]
                  for byte in urandom(size - len(parts)) if byte < usable]
    return "".join(parts)


@builtin("crypto", "generate_password")
def generate_password(length: Any) -> str:
    """Four characters or more have one of every class: lower, upper, digit, symbol."""
    size = _size("generate_password", 1, length, 1)
    classes = [_LOWER, _UPPER, _DIGITS, _SYMBOLS]
    while True:
        password = _secret("".join(classes), size)
        if size < len(classes) or all(not set(each).isdisjoint(password) for each in classes):
            return password


@builtin("crypto", "generate_api_key")
def generate_api_key(prefix: Any, length: Any) -> str:
    """`length` random letters and digits, after the prefix and an underscore."""
    start = string_argument("generate_api_key", 1, prefix)
    size = _size("generate_api_key", 2, length, 1)
    string_size(len(start) + 1 + size)
    key = _secret(_LOWER + _UPPER + _DIGITS, size)
    return f"{start}_{key}" if start else key


# Passwords

_COST, _BLOCK, _PARALLEL = 1 << 14, 8, 5  # 16 MB, and some 0.2 s
_SALT = 16


def _scrypt(secret: bytes, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    from hashlib import scrypt

    return scrypt(secret, salt=salt, n=cost, r=block, p=parallel, dklen=32,
                  maxmem=128 * block * (cost + parallel) + (1 << 20))


@builtin("crypto", "password_hash")
def password_hash(password: Any) -> str:
    """``scrypt$cost$block$parallel$salt$hash``, salt and hash in base64."""
    from os import urandom

    secret = utf8("password_hash", 1, password)
    salt = urandom(_SALT)
    key = _scrypt(secret, salt, _COST, _BLOCK, _PARALLEL)
    return (f"scrypt${_COST}${_BLOCK}${_PARALLEL}"
            f"${base64_text(salt)}${base64_text(key)}")


@builtin("crypto", "password_verify")
def password_verify(password: Any, hashed: Any) -> bool:
    from hmac import compare_digest

    secret = utf8("password_verify", 1, password)
    salt, expected, numbers = _hash_parts(string_argument("password_verify", 2, hashed))
    return compare_digest(_scrypt(secret, salt, *numbers), expected)


def _hash_parts(text: str) -> tuple[bytes, bytes, tuple[int, int, int]]:
    """Salt, key and parameters of a hash; refuses what would take much memory or time."""
    parts = text.split("$")
    if len(parts) == 6 and parts[0] == "scrypt":
        numbers = [int(part) if part.isascii() and part.isdigit() and len(part) < 8 else 0
                   for part in parts[1:4]]
        cost, block, parallel = numbers
        if (1 < cost <= 1 << 17 and cost & (cost - 1) == 0 and 0 < block <= 16
                and cost < 1 << (16 * block)  # as scrypt is defined
                and 0 < parallel <= 16 and cost * block * parallel <= 1 << 21):
            salt = base64_bytes("password_verify", parts[4])
            key = base64_bytes("password_verify", parts[5])
            if salt and len(key) == 32:
                return salt, key, (cost, block, parallel)
    raise SentraError("password_verify: argument 2 is no hash made by password_hash", VALUE)


@builtin("crypto", "check_password")
def check_password(password: Any) -> int:
    text = string_argument("check_password", 1, password)
    return ((len(text) >= 8) + (len(text) >= 12)
            + any(char.isupper() for char in text) + any(char.islower() for char in text)
            + (not set(_DIGITS).isdisjoint(text)) + (not set(_SYMBOLS).isdisjoint(text)))


# Encryption. The text is base64 of: version, salt for the key, nonce, AES-GCM's output.

_VERSION = b"\x01"
_NONCE = 12
_TAG = 16


def _cipher(name: str, algorithm: Any, key: Any, salt: bytes) -> Any:
    """AES-256-GCM under the key that scrypt makes of `key` and `salt`."""
    method = string_argument(name, 1, algorithm)
    secret = utf8(name, 3, key)
    if method.lower().replace("-", "").replace("_", "") not in ("aes256gcm", "aes256", "aes"):
        raise SentraError(f'{name}: unknown algorithm "{method[:60]}" (known is AES-256-GCM)',
                          VALUE)
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise SentraError(f"{name} needs a package: pip install sentra-lang[crypto]",
                          VALUE) from None
    return AESGCM(_scrypt(secret, salt, _COST, _BLOCK, 1))


@builtin("crypto", "encrypt")
def encrypt(algorithm: Any, text: Any, key: Any) -> str:
    from os import urandom

    salt, nonce = urandom(_SALT), urandom(_NONCE)
    data = utf8("encrypt", 2, text)
    string_size(4 * (len(data) + 64) // 3)
    cipher = _cipher("encrypt", algorithm, key, salt)
    return base64_text(_VERSION + salt + nonce + cipher.encrypt(nonce, data, _VERSION))


@builtin("crypto", "decrypt")
def decrypt(algorithm: Any, text: Any, key: Any) -> str:
    data = base64_bytes("decrypt", string_argument("decrypt", 2, text))
    if data[:1] != _VERSION or len(data) < 1 + _SALT + _NONCE + _TAG:
        raise SentraError("decrypt: argument 2 is no text made by encrypt", VALUE)
    salt, nonce = data[1:1 + _SALT], data[1 + _SALT:1 + _SALT + _NONCE]
    cipher = _cipher("decrypt", algorithm, key, salt)
    from cryptography.exceptions import InvalidTag
    try:
        plain = cipher.decrypt(nonce, data[1 + _SALT + _NONCE:], _VERSION)
    except InvalidTag:
        raise SentraError("decrypt: the key is wrong or the text was changed", VALUE) from None
    return text_of("decrypt", plain)
