"""IRIs -> short names, prefix:name, as Turtle and JSON-LD have them, and the prefixes that a file declares."""

import re
from collections.abc import Callable
from functools import lru_cache

from kgbuild.sinks.rdf_terms import KINDS, NAMESPACES, Terms

UNUSED = ("foaf", "wd")
"""Known to schemas; declared only where a schema uses them."""

local = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")


def prefixes(terms: Terms) -> dict[str, str]:
    """Prefix -> namespace: the vocabularies, kg: for {base}schema/, and one for each kind of thing."""
    iris = [iri for names in (terms.types, terms.relations) for iri in names.values()]
    used = {key: start for key, start in NAMESPACES.items() if key not in UNUSED or any(start in iri for iri in iris)}
    return dict(sorted((used | {"kg": f"{terms.base}schema/"} | {kind: f"{terms.base}{kind}/" for kind in KINDS}).items()))


def shortener(terms: Terms, escape: str) -> Callable[[str], str]:
    """A function: an IRI's token -> prefix:name where that can be written, else the token itself.

    escape: what stands before the # or / of a part: a backslash in Turtle, nothing in JSON-LD.
    """
    kinds = "|".join((*KINDS, "schema"))
    own = re.compile(f"<{re.escape(terms.base)}({kinds})/([A-Za-z0-9_]+)(?:{terms.mark}([a-z0-9-]*[a-z0-9]))?>").fullmatch
    mark = escape + terms.mark
    namespaces = {start: prefix for prefix, start in prefixes(terms).items()}

    @lru_cache(maxsize=4096)
    def other(token: str) -> str:
        start = max(token.rfind("/"), token.rfind("#")) + 1
        prefix = namespaces.get(token[1:start])
        return f"{prefix}:{token[start:-1]}" if prefix and local.fullmatch(token[start:-1]) else token

    def short(token: str) -> str:
        found = own(token)
        if found is None:
            return other(token)
        kind, id, part = found.groups()
        prefix = "kg" if kind == "schema" else kind
        return f"{prefix}:{id}" if part is None else f"{prefix}:{id}{mark}{part}"

    return short
