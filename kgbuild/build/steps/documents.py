"""Changed documents -> their units, statements and nodes; whom that touches."""

import json
from collections.abc import Iterable

from kgbuild.build.inputs import REPEATED_DOCUMENTS, Inputs, document_key, published, repeated_blocks
from kgbuild.build.place import Rules, laid_out, place
from kgbuild.build.placing.page import Page
from kgbuild.build.placing.units import unit_joins, unit_types
from kgbuild.build.steps.state import Fold, as_json
from kgbuild.build.words import Accepted, accepted_facts, names_apart
from kgbuild.hashing import digest, number
from kgbuild.records import DocumentNode, Facts, Source, Statement, Value
from kgbuild.resolution.document import Apart
from kgbuild.resolution.names import normalise
from kgbuild.workspace.codec import pack_facts
from kgbuild.workspace.rows import docnode_body
from kgbuild.workspace.stored import StoredDocument
from kgbuild.workspace.truth import Truth

QUOTE_GAP = " … "
"""Between the two sentences of a quote."""


def fold_documents(fold: Fold, missing: list[str]) -> None:
    """Place the documents whose key changed again, and take out those that are gone. missing: texts without an extraction."""
    wanted = fold.inputs.sources
    folded = dict(fold.db.execute("SELECT document, key FROM folded").fetchall())
    _blocks(fold, set(wanted) - set(folded), set(folded) - set(wanted))
    repeated = _repeated(fold)
    rules = fold.inputs.rules()
    absent = _documents_missing(fold, missing)
    right = accepted_facts(fold.inputs.judgements, wanted)
    apart = names_apart(fold.inputs.judgements, wanted)
    found = fold.inputs.found(fold.truth)
    keys = {
        d: document_key(
            fold.inputs,
            rules,
            d,
            repeated.get(d, ()),
            absent.get(d, ()),
            right.get(d, ()),
            found.get(d, ()),
            apart.get(d, ()),
        )
        for d in wanted
    }
    gone = [document for document in folded if document not in keys]
    todo = [document for document, key in keys.items() if folded.get(document) != key]
    placing = rules_of(fold.inputs)
    for document in gone:
        _forget(fold, document)
    for count, document in enumerate(todo):
        fold.progress("placing facts", count, len(todo))
        _forget(fold, document)
        marked = repeated.get(document, set())
        _fold_document(fold, document, keys[document], marked, placing, right.get(document, ()), apart.get(document, ()))
    fold.built.documents_folded, fold.built.documents_removed = len(todo), len(gone)


def _documents_missing(fold: Fold, missing: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for text in missing:
        for (document,) in fold.truth.db.execute("SELECT document FROM passage WHERE digest = ?", (text,)):
            found.setdefault(document, set()).add(text)
    return found


def _blocks(fold: Fold, added: set[str], removed: set[str]) -> None:
    fold.db.executemany("DELETE FROM block WHERE document = ?", ((document,) for document in removed))
    for document in sorted(added):
        rows = ((_block_number(block), document) for block in set(fold.truth.block_digests(document)))
        fold.db.executemany("INSERT OR IGNORE INTO block VALUES (?, ?)", rows)


def _repeated(fold: Fold) -> dict[str, set[str]]:
    """Digests of repeated blocks, as text, by document."""
    often = "SELECT digest FROM block GROUP BY digest HAVING count(*) >= ?"
    rows = fold.db.execute(
        f"SELECT digest, document FROM block WHERE digest IN ({often}) ORDER BY digest, document", (REPEATED_DOCUMENTS,)
    )
    counts: dict[str, list[str]] = {}
    for block, document in rows:
        counts.setdefault(str(block), []).append(document)
    return repeated_blocks(counts, fold.inputs.sources)


def _forget(fold: Fold, document: str) -> None:
    """Take a document's rows out, remembering whom that touches."""
    fold.names.update(row[0] for row in fold.db.execute("SELECT name FROM unit WHERE document = ?", (document,)))
    old = "SELECT triple FROM statement WHERE document = ? AND triple IS NOT NULL"
    fold.triples.update(row[0] for row in fold.db.execute(old, (document,)))
    for table in ("folded", "unit", "statement"):
        fold.db.execute(f"DELETE FROM {table} WHERE document = ?", (document,))
    fold.drop("docnode", document)
    fold.changed.add(document)


def _fold_document(
    fold: Fold, id: str, key: str, repeated: set[str], rules: Rules, right: Iterable[Accepted], apart: Iterable[Apart]
) -> None:
    stored = fold.truth.document(id)
    marked = [i for i, block in enumerate(stored.block_digests) if str(_block_number(block)) in repeated]
    facts = facts_of(fold.truth, fold.inputs, stored, rules, marked, right, apart)
    fold.db.execute(
        "INSERT INTO folded VALUES (?, ?, ?, ?)", (id, key, pack_facts(facts), json.dumps([list(d) for d in facts.dropped]))
    )
    _insert_units(fold, id, facts)
    _insert_statements(fold, stored, facts)
    _put_docnode(fold, document_node(stored, fold.inputs.sources[id]))


def facts_of(
    truth: Truth,
    inputs: Inputs,
    stored: StoredDocument,
    rules: Rules,
    repeated: Iterable[int],
    accepted: Iterable[Accepted],
    apart: Iterable[Apart],
) -> Facts:
    """The facts of one document, from what all extractors see in it; repeated, accepted, apart: see `place`."""
    date = published(inputs.sources[stored.document.id])
    return place(stored.document, stored.passages, inputs.read(truth, stored), repeated, date, rules, accepted, apart)


def joins_in(truth: Truth, inputs: Inputs, stored: StoredDocument) -> dict[tuple[str, str], tuple[tuple[str, str, str], ...]]:
    """Why names of one document are one unit, by its type and key: two names as written, and the reason."""
    return unit_joins(_page_of(truth, inputs, stored))


def types_in(truth: Truth, inputs: Inputs, stored: StoredDocument) -> dict[tuple[str, str], dict[str, frozenset[str]]]:
    """The types under which the forms of a document's units are read there, by the unit's type and key."""
    return unit_types(_page_of(truth, inputs, stored))


def _page_of(truth: Truth, inputs: Inputs, stored: StoredDocument) -> Page:
    """A document laid out as for a build, without a look at which blocks recur."""
    date, apart = published(inputs.sources[stored.document.id]), apart_in(inputs, stored)
    return laid_out(stored.document, stored.passages, inputs.read(truth, stored), (), date, rules_of(inputs), apart)


def apart_in(inputs: Inputs, stored: StoredDocument) -> Iterable[Apart]:
    """What a person says are two things in one document."""
    id = stored.document.id
    return names_apart(inputs.judgements, {id: inputs.sources[id]}).get(id, ())


def rules_of(inputs: Inputs) -> Rules:
    """What placing applies to every document of a build."""
    return Rules(inputs.schema, inputs.config, inputs.thresholds())


def evidence_of(stored: StoredDocument, statement: Statement) -> tuple[list[tuple[int, int]], str]:
    """Where the sentences of a statement stand in its document's text, and what they say."""
    spans = [(stored.passages[e.passage].start + e.start, stored.passages[e.passage].start + e.end) for e in statement.evidence]
    return spans, QUOTE_GAP.join(stored.document.text[start:end] for start, end in spans)


def _insert_units(fold: Fold, document: str, facts: Facts) -> None:
    rows = []
    for position, unit in enumerate(facts.units):
        name = f"{unit.type}/{unit.key}"
        forms = unit_forms(unit.type, unit.key, [m.text for m in unit.mentions])
        score = max(m.score for m in unit.mentions)
        known = as_json([unit.thing.id, unit.thing.name, unit.thing.iri]) if unit.thing else ""
        rows.append((document, position, name, len(unit.mentions), score, as_json(forms), "\n".join(unit.acronyms), known))
        fold.names.add(name)
    fold.db.executemany("INSERT INTO unit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _insert_statements(fold: Fold, stored: StoredDocument, facts: Facts) -> None:
    rows = []
    for position, s in enumerate(facts.statements):
        spans, quote = evidence_of(stored, s)
        target, datatype = _object(facts, s)
        subject = name_of(facts, s.subject)
        rows.append(
            (
                stored.document.id,
                position,
                subject,
                s.predicate,
                target,
                datatype,
                s.score,
                s.scope.value,
                as_json(spans),
                quote,
                s.by,
            )
        )
    fold.db.executemany("INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)", rows)


def _object(facts: Facts, statement: Statement) -> tuple[str, str | None]:
    if isinstance(statement.object, Value):
        return statement.object.text, statement.object.datatype
    return name_of(facts, statement.object), None


def _put_docnode(fold: Fold, node: DocumentNode) -> None:
    body = docnode_body(node)
    fold.put("docnode", (node.id, body), digest("row.docnode", body))


def unit_forms(type: str, key: str, texts: Iterable[str]) -> list[tuple[str, int, bool]]:
    """Written forms of a unit with how often, and whether each is a short form: one whose own name is another."""
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    return [(text, count, normalise(type, text) != key) for text, count in sorted(counts.items())]


def document_node(stored: StoredDocument, sources: tuple[Source, ...]) -> DocumentNode:
    """A document as a node: named by its first source; its date the earliest, other metadata the first source's."""
    metadata = dict(sources[0].metadata)
    title, url = metadata.pop("title", ""), metadata.pop("url", "")
    metadata.pop("date", None)
    metadata.pop("language", None)
    return DocumentNode(
        id=stored.document.id,
        name=_first(title) or sources[0].uri.rpartition("/")[2],
        uri=sources[0].uri,
        url=_first(url),
        published=published(sources),
        language=stored.language,
        sources=tuple(s.uri for s in sources),
        metadata=tuple(sorted(metadata.items())),
    )


def _first(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else next(iter(value), "")


def name_of(facts: Facts, index: int) -> str:
    """The name "Type/key" of a unit."""
    unit = facts.units[index]
    return f"{unit.type}/{unit.key}"


def _block_number(block: str) -> int:
    """A block's digest as a 63-bit integer: one in 10^18 pairs collides, which would at most mark a block as repeated."""
    return number(block) >> 65
