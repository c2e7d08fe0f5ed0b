"""Blocks -> RDF/XML: an rdf:Description for each block. What XML 1.0 cannot hold becomes U+FFFD, and is said."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from kgbuild.errors import UsageError
from kgbuild.sinks.rdf_names import prefixes
from kgbuild.sinks.rdf_terms import Block, Terms, parts

log = logging.getLogger(__name__)

impossible = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
ending = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*$")


def rdf_xml(blocks: Iterable[Block], terms: Terms) -> Iterator[str]:
    """RDF/XML, a block at a time; graphs are left out. Raises UsageError for a property whose IRI ends in no XML name."""
    known = prefixes(terms)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF' + "".join(
        f"\n  xmlns:{prefix}={quoteattr(start)}" for prefix, start in known.items()
    ) + ">\n"  # fmt: skip
    element, lost = _elements({start: prefix for prefix, start in known.items()}), [0]
    for subject, pairs, _ in blocks:
        yield f"<rdf:Description rdf:about={quoteattr(subject[1:-1])}>\n"
        for predicate, token in pairs:
            start, end = element(predicate)
            if token[0] == "<":
                yield f"  <{start} rdf:resource={quoteattr(token[1:-1])}/>\n"
            else:
                yield f"  <{start}{_text(token, lost)}</{end}>\n"
        yield "</rdf:Description>\n"
    yield "</rdf:RDF>\n"
    if lost[0]:
        log.warning("%d characters that XML cannot hold were written as U+FFFD; ttl, nt and jsonld keep them", lost[0])


def _text(token: str, lost: list[int]) -> str:
    """The attribute of a literal's datatype, and its text; a carriage return would be read back as a line feed."""
    text, datatype = parts(token)
    text, count = impossible.subn("�", text)
    lost[0] += count
    kind = f" rdf:datatype={quoteattr(datatype[1:-1])}" if datatype else ""
    return f"{kind}>{escape(text, {chr(13): '&#13;'})}"


def _elements(namespaces: dict[str, str]) -> Callable[[str], tuple[str, str]]:
    """A function: a property's token -> what its element starts and ends with."""

    @lru_cache(maxsize=4096)
    def element(token: str) -> tuple[str, str]:
        iri = token[1:-1]
        found = ending.search(iri)
        if found is None:
            raise UsageError(
                f"RDF/XML has no name for the property {iri}: give the relation an IRI that ends in a name, or choose ttl"
            )
        start, name = iri[: found.start()], found[0]
        if start in namespaces:
            return f"{namespaces[start]}:{name}", f"{namespaces[start]}:{name}"
        return f"ns:{name} xmlns:ns={quoteattr(start)}", f"ns:{name}"

    return element
