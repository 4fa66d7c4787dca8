"""Section crypto."""

from __future__ import annotations

import hashlib
import re
import string
import sys

import pytest
from builtin_rows import Throws, call, check, member, rows

from sentra.runtime.context import Context

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@rows(
    ("md5", "hello", "5d41402abc4b2a76b9719d911017c592"),
    ("sha1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"), ("sha256", "abc", ABC),
    ("threat_generate_sha256", "abc", ABC),
    ("threat_generate_md5", "hello", "5d41402abc4b2a76b9719d911017c592"),
    ("threat_generate_sha1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("sha512", "é", hashlib.sha512("é".encode()).hexdigest()), ("hash", "sha256", "abc", ABC),
    ("hash", "SHA-256", "abc", ABC), ("hash", "sha3-256", "x", hashlib.sha3_256(b"x").hexdigest()),
    ("hash", "blake2b", "x", hashlib.blake2b(b"x").hexdigest()),
    ("hash", "shake_128", "x", Throws("value", part="unknown algorithm")),
    ("hash", "__import__", "x", Throws("value", part="unknown algorithm")),
    ("sha256", 5, Throws("type", "sha256: argument 1 must be string, not number")),
    ("hmac", "sha256", "what do ya want for nothing?", "Jefe",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    ("hmac", "crc", "x", "k", Throws("value")), ("crc32", "123456789", 3421780262),
    ("crc32", "", 0),
    ("constant_time_equal", "é", "é", True), ("constant_time_equal", "a", "ab", False),
    ("random_bytes_hex", 0, ""), ("random_bytes_hex", -1, Throws("value")),
    ("random_bytes_hex", 10**12, Throws("overflow")), ("generate_password", 0, Throws("value")),
    ("generate_api_key", "sk", 0, Throws("value")),
    ("check_password", "", 0), ("check_password", "abc", 1), ("check_password", "abcdefgh", 2),
    ("check_password", "abcdefghijkl", 3), ("check_password", "Abcdefgh1", 4),
    ("check_password", "Abcdefgh1!", 5), ("check_password", "Abcdefghij1!", 6),
    ("check_password", "-", 0),
    ("password_verify", "x", "plain", Throws("value")),
    ("password_verify", "x", "scrypt$1073741824$8$1$AAAA$AAAA", Throws("value")),
    ("password_verify", "x", "scrypt$16384$8$1$$AAAA", Throws("value")),
    ("encrypt", "DES", "x", "k", Throws("value", part="unknown algorithm")),
    ("decrypt", "AES-256-GCM", "AAAA", "k", Throws("value", part="no text made by encrypt")),
)
def test_rows(row):
    check(row)


def test_random_secrets():
    uuids = {call("uuid") for _ in range(50)}
    assert len(uuids) == 50
    form = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert all(re.fullmatch(form, each) for each in uuids)
    assert re.fullmatch("[0-9a-f]{32}", call("random_bytes_hex", 16))
    for _ in range(20):
        password = call("generate_password", 8)
        assert len(password) == 8
        assert call("check_password", password) == 5
    assert len(call("generate_password", 1)) == 1
    assert re.fullmatch("sk_[A-Za-z0-9]{24}", call("generate_api_key", "sk", 24))
    assert re.fullmatch("[A-Za-z0-9]{5}", call("generate_api_key", "", 5))


def test_secrets_do_not_come_from_the_run_s_generator():
    made = []
    for _ in range(2):
        context = Context()
        call("random_seed", 1, context=context)
        made.append([call(name, *args, context=context) for name, *args in [
            ("uuid",), ("random_bytes_hex", 8), ("generate_password", 12)]])
    assert not set(made[0]) & set(made[1])


def test_every_character_of_the_alphabet_is_drawn_about_evenly():
    key = call("generate_api_key", "", 62_000)
    counts = [key.count(char) for char in string.ascii_letters + string.digits]
    assert min(counts) > 800
    assert max(counts) < 1200


def test_passwords():
    hashed = call("password_hash", "geheim é")
    assert hashed.startswith("scrypt$16384$8$5$")
    assert call("password_verify", "geheim é", hashed) is True
    assert call("password_verify", "falsch", hashed) is False
    assert call("password_hash", "x") != call("password_hash", "x")


def test_encryption():
    pytest.importorskip("cryptography")
    secret = call("encrypt", "AES-256-GCM", "Grüße", "key")
    assert call("decrypt", "aes-256-gcm", secret, "key") == "Grüße"
    assert call("encrypt", "AES-256-GCM", "Grüße", "key") != secret
    wrong = Throws("value", "decrypt: the key is wrong or the text was changed")
    check(("decrypt", "AES-256-GCM", secret, "kez", wrong))
    for place in (3, 30, len(secret) - 6):
        changed = secret[:place] + ("A" if secret[place] != "A" else "B") + secret[place + 1:]
        check(("decrypt", "AES-256-GCM", changed, "key", wrong))


def test_a_missing_package_is_named(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    check(("encrypt", "AES-256-GCM", "x", "k",
           Throws("value", "encrypt needs a package: pip install sentra-lang[crypto]")))


def test_module_members():
    assert member("crypto", "sha256", "abc") == ABC
    assert member("crypto", "hash", "sha256", "abc") == ABC
