"""Stable content digests: the names of everything that kgbuild stores. Standard library only.

A digest is BLAKE2b-128 over a tag and length-prefixed parts, so that no two different lists of parts can collide by
concatenation and no two kinds of thing share a digest. It is written in lower-case base32 without padding, 26 characters.
Literal digests are pinned in the tests: a change here would rename everything in every user's workspace.
"""

from base64 import b32encode
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

DIGEST_BYTES = 16

type_tags = {str: b"s", bytes: b"b", int: b"i", bool: b"?", type(None): b"0", tuple: b"t"}


def digest(kind: str, *parts: object) -> str:
    """Digest of parts of one kind. Parts are str, bytes, int, bool, None or tuples of these; anything else raises TypeError."""
    state = blake2b(digest_size=DIGEST_BYTES)
    state.update(_encode(kind))
    for part in parts:
        state.update(_encode(part))
    return b32encode(state.digest()).decode("ascii").rstrip("=").lower()


def digest_file(path: Path) -> str:
    """Digest of a file's bytes: `digest("bytes", data)`."""
    return digest("bytes", path.read_bytes())


def fold_digests(digests: Iterable[str], start: int = 0) -> int:
    """Sum of digests modulo 2**128: the digest of a set, order-free and updatable by adding and subtracting."""
    total = start
    for text in digests:
        total += number(text)
    return total % (1 << 128)


def number(text: str) -> int:
    """A digest as an integer below 2**128."""
    value = 0
    for character in text:
        value = value * 32 + _ALPHABET[character]
    return value >> 2  # 26 base32 digits carry 130 bits; the last two are padding


def _encode(part: object) -> bytes:
    tag = type_tags.get(type(part))
    if tag is None:
        raise TypeError(f"cannot digest a {type(part).__name__}: give str, bytes, int, bool, None or tuples of these")
    if isinstance(part, str):
        body = part.encode("utf-8", "surrogatepass")
    elif isinstance(part, bytes):
        body = part
    elif isinstance(part, tuple):
        body = b"".join(_encode(item) for item in part)
    else:
        body = b"" if part is None else str(int(part)).encode("ascii")  # type: ignore[call-overload]
    return tag + len(body).to_bytes(8, "big") + body


_ALPHABET = {character: index for index, character in enumerate("abcdefghijklmnopqrstuvwxyz234567")}
