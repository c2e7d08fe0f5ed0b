"""A cluster -> its id: the hash of content that others do not share, so that history leaves no trace in ids.

The id hashes the cluster's smallest naming key, a "Type/normalised name" that no other entity holds; if it has none, its smallest
unit. Knows no store.
"""

from collections.abc import Iterable

from kgbuild.errors import BuildError
from kgbuild.hashing import digest


def identify(naming: Iterable[str], units: Iterable[tuple[str, str]] = ()) -> str:
    """The id of an entity. naming: keys it holds ("Type/key", of full names) that no other entity holds; units: (URI, "Type/key") of its units.

    Raises BuildError for an entity with neither.
    """
    key = min(naming, default=None)
    if key is not None:
        return digest("entity.name", key)
    unit = min(units, default=None)
    if unit is None:
        raise BuildError("an entity needs a name of its own or a unit to be identified by; this is a bug, please report it")
    return digest("entity.unit", *unit)


def aliases(forms: Iterable[tuple[str, int]], name: str) -> tuple[str, ...]:
    """Written forms other than the shown name, most frequent first, then by code point."""
    counts: dict[str, int] = {}
    for form, count in forms:
        counts[form] = counts.get(form, 0) + count
    return tuple(sorted((form for form in counts if form != name), key=lambda form: (-counts[form], form)))
