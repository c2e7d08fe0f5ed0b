"""Rules and a salt -> a redactor: texts in, texts with placeholders out, and a key that names all that decides what comes out.

The same value gives the same placeholder under one salt, and without the salt nobody can find the value by trying all: there
are only so many telephone numbers. `[EMAIL-1f3a9c04b7]` in a text; without brackets in what must stay a URI.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from kgbuild.hashing import digest
from kgbuild.privacy.finders import (
    VERSION,
    Finder,
    Finding,
    combined,
    emails,
    ibans,
    library,
    outside_addresses,
    pattern,
    phones,
)
from kgbuild.privacy.names import names_of, words_of
from kgbuild.privacy.numbers import cards, national
from kgbuild.privacy.rules import Privacy

SALT_BYTES = 32
DIGEST_BYTES = 5
"""Of a placeholder: 40 bits; among a hundred thousand values one pair in two hundred such corpora shares a placeholder."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


@dataclass(frozen=True, slots=True)
class Redactor:
    """finders: in order of precedence; key: digest of rules, versions, names and salt; types: of the schema, found by the model."""

    finders: tuple[Finder, ...]
    salt: bytes
    key: str
    types: tuple[str, ...] = ()

    def find(self, text: str, more: Sequence[Finder] = ()) -> list[Finding]:
        """What is to be withheld, in order. more: finders beside the own ones."""
        return combined(text, (*self.finders, *more))

    def redact(self, text: str, more: Sequence[Finder] = ()) -> str:
        """The text with placeholders; a URI stays a URI."""
        found = self.find(text, more)
        return self.replaced(text, found, plain=_ADDRESS.fullmatch(text) is not None) if found else text

    def uri(self, uri: str, more: Sequence[Finder] = ()) -> str:
        """A URI or file name with placeholders without brackets, which have a meaning in globs and IRIs. Two URIs stay two."""
        found = [Finding(f.start, f.end, f.kind, _as_written(uri, f)) for f in self.find(uri, more)]
        return self.replaced(uri, found, plain=True)

    def replaced(self, text: str, findings: Iterable[Finding], *, plain: bool = False) -> str:
        """The text with its findings replaced."""
        parts, at = [], 0
        for found in findings:
            word = self.placeholder(found)
            parts += [text[at : found.start], word[1:-1] if plain else word]
            at = found.end
        return "".join((*parts, text[at:]))

    def placeholder(self, found: Finding) -> str:
        """What stands in the place of a value."""
        return f"[{found.kind}-{self.keyed(found.kind, found.value, DIGEST_BYTES)}]"

    def keyed(self, kind: str, value: str, size: int = 16) -> str:
        """A digest that nobody can compute without the salt, in hexadecimal digits."""
        return blake2b(digest("withheld", kind, value).encode("ascii"), key=self.salt, digest_size=size).hexdigest()


def redactor(privacy: Privacy, salt: bytes, names: Sequence[str] = (), model: str = "") -> Redactor:
    """A redactor for these rules. names: of persons to withhold; model: key of the model that finds privacy.types.

    Raises MissingExtra if a rule needs a package that is not installed, ConfigError for an unknown national number.
    """
    rules = (privacy.find, privacy.phone_regions, privacy.ids, privacy.patterns, privacy.types, model if privacy.types else "")
    listed = tuple(sorted({" ".join(words_of(name)) for name in names}))
    seal = blake2b(digest("names", listed).encode("ascii"), key=salt, digest_size=16).hexdigest()
    key = digest("privacy", VERSION, rules, _versions(privacy), seal)
    return Redactor((*_finders(privacy), names_of("PERSON", names)), salt, key, privacy.types)


def _as_written(text: str, found: Finding) -> str:
    written = text[found.start : found.end]
    return found.value if written == found.value else f"={written}"


def _finders(privacy: Privacy) -> list[Finder]:
    own: list[Finder] = [pattern(kind, re.compile(expression)) for kind, expression in privacy.patterns]
    mail = [emails] if "email" in privacy.find else []
    accounts = [make() for name, make in (("iban", ibans), ("card", cards)) if name in privacy.find]
    phone = [phones(privacy.phone_regions)] if "phone" in privacy.find else []
    return [*own, *mail, *map(outside_addresses, (*accounts, *map(national, privacy.ids), *phone))]


def _versions(privacy: Privacy) -> tuple[str, ...]:
    """Of the packages that decide: their next version may find other numbers, and then all is read again."""
    wanted = ["phonenumbers"] if "phone" in privacy.find else []
    wanted += ["stdnum"] if privacy.ids or {"iban", "card"} & set(privacy.find) else []
    return tuple(f"{name} {library(name).__version__}" for name in wanted)
