"""schemas/*.yaml -> Schema: which types and relations a graph has, and which labels of a model become them.

A schema maps a model's labels, it need not equal them: it may rename, merge and drop. Names that pass here are safe as labels,
relationship types and property names in any query. It knows no model, no document and no store.
"""

from functools import lru_cache
from pathlib import Path

from kgbuild.errors import SchemaError
from kgbuild.privacy.rules import Privacy
from kgbuild.schema_entries import check_inverses, check_names, check_properties, privacy_from, relation_from, type_from
from kgbuild.schema_nodes import Node, absolute_iri, compose
from kgbuild.schema_types import Kind, Relation, Schema, Type

__all__ = ["PREFIXES", "Kind", "Relation", "Schema", "Type", "absolute_iri", "load_schema", "parse_schema", "shipped_schema"]

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes that every schema may use in `iri:`; a schema adds its own under `prefixes:`."""

MAX_BYTES = 1_000_000


def shipped_schema() -> Path:
    """Where wikidata.yaml lies: in the installed package, or in the checkout beside it."""
    package = Path(__file__).parent
    inside = package / "schemas" / "wikidata.yaml"
    return inside if inside.exists() else package.parent / "schemas" / "wikidata.yaml"


def load_schema(path: Path | None = None) -> Schema:
    """A schema file, or the shipped one for None. Raises SchemaError with file and line."""
    path = path or shipped_schema()
    try:
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            raise SchemaError(f"{path}: {len(data)} bytes are no schema; a schema has {MAX_BYTES} at most")
        return parse_schema(data.decode("utf-8"), _short(path))
    except OSError as error:
        raise SchemaError(f"{path}: {error.strerror or error}; give the path of a schema file") from None
    except UnicodeDecodeError as error:
        raise SchemaError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from None


@lru_cache(maxsize=8)  # a schema is frozen, and composing YAML with line numbers takes a tenth of a second
def parse_schema(text: str, source: str = "schema") -> Schema:
    """A schema from its YAML text; source names it in messages. Raises SchemaError with source and line."""
    root = Node(compose(text, source), source)
    top = root.mapping(("name", "description", "prefixes", "types", "relations", "privacy"))
    for key in ("types", "relations"):
        if key not in top:
            raise root.error(f"`{key}:` is missing", f"add a mapping `{key}:`")
    prefixes = PREFIXES | {key: node.iri({}) for key, node in (top["prefixes"].mapping() if "prefixes" in top else {}).items()}
    types = {name: type_from(name, node, prefixes) for name, node in top["types"].mapping().items()}
    nodes = top["relations"].mapping()
    relations = {name: relation_from(name, node, prefixes, types) for name, node in nodes.items()}
    check_names(types, top["types"].mapping(), relations, nodes)
    check_inverses(relations, nodes)
    check_properties(relations, nodes)
    privacy = privacy_from(top["privacy"], types) if "privacy" in top else Privacy()
    return Schema(tuple(types[k] for k in sorted(types)), tuple(relations[k] for k in sorted(relations)), source, text, privacy)


def _short(path: Path) -> str:
    """The path as the user would write it: relative to the working directory where that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
