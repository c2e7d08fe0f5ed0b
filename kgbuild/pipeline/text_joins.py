"""An entity -> why one text calls it by several names: the rule, or the model, that made them one there; and what its forms are read as.

Reads documents; keeps nothing.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from kgbuild.build.judged import UnitRef
from kgbuild.build.steps.documents import joins_in, types_in
from kgbuild.errors import KgbuildError
from kgbuild.pipeline.reports import EntityExplanation, TextJoin
from kgbuild.records import Entity
from kgbuild.workspace.codec import unpack_facts
from kgbuild.workspace.graph import WorkspaceGraph

if TYPE_CHECKING:
    from kgbuild.build.inputs import Inputs
    from kgbuild.pipeline.workspace import Workspace

log = logging.getLogger(__name__)

LOOKED_AT = 20
"""Documents that are read again for an entity: those that name it most often, of those that write it in several ways."""


def with_text_joins(
    ws: "Workspace", graph: WorkspaceGraph, entity: Entity, explanation: EntityExplanation
) -> EntityExplanation:
    """An entity's explanation with the joins inside of documents."""
    return replace(explanation, text_joins=text_joins(ws, graph, entity))


def text_joins(ws: "Workspace", graph: WorkspaceGraph, entity: Entity) -> tuple[TextJoin, ...]:
    """Joins inside of documents, those of most documents first. Says why where documents cannot be placed again."""
    from kgbuild.pipeline.building import inputs_of

    documents = _written_variously(graph, entity)
    if not documents:
        return ()
    try:
        return _joins(graph, inputs_of(ws, partial=True), entity, documents)
    except KgbuildError as error:
        log.warning("why names of %s are one inside of a document cannot be told now: %s", entity.name, error)
        return ()


def types_of(ws: "Workspace", graph: WorkspaceGraph) -> Callable[[UnitRef], Mapping[str, Iterable[str]]]:
    """Unit -> the types under which its written forms are read in its document; nothing where that cannot be told now."""
    from kgbuild.pipeline.building import inputs_of

    inputs = cache(lambda: inputs_of(ws, partial=True))

    def read(unit: UnitRef) -> Mapping[str, Iterable[str]]:
        document, name = unit
        type, _, key = name.partition("/")
        try:
            return types_in(graph.truth, inputs(), graph.truth.document(document)).get((type, key), {})
        except KgbuildError as error:
            log.warning("under which types %s is read cannot be told now: %s", key, error)
            return {}

    return read


def _written_variously(graph: WorkspaceGraph, entity: Entity) -> list[str]:
    """Documents that write the entity in more than one way, or in one that is not its name, those that name it most often first."""
    sql = """SELECT unit.document FROM unit JOIN mention ON mention.document = unit.document AND mention.entity = ?
             WHERE unit.name IN (SELECT name FROM node WHERE entity = ?)
             AND (json_array_length(unit.forms) > 1 OR json_extract(unit.forms, '$[0][2]'))
             GROUP BY unit.document ORDER BY mention.count DESC, unit.document"""
    return [document for (document,) in graph.derived.db.execute(sql, (entity.id, entity.id))]


def _joins(graph: WorkspaceGraph, inputs: "Inputs", entity: Entity, documents: Iterable[str]) -> tuple[TextJoin, ...]:
    found: dict[tuple[str, str, str], list[str]] = {}
    present = (document for document in documents if document in inputs.sources)  # others went since the build
    for document in islice(present, LOOKED_AT):
        body = graph.derived.db.execute("SELECT facts FROM folded WHERE document = ?", (document,)).fetchone()[0]
        units = zip(unpack_facts(body).units, graph.derived.entities_of_unit_rows(document), strict=True)
        own = {(unit.type, unit.key) for unit, holder in units if holder == entity.id}
        for name, joins in joins_in(graph.truth, inputs, graph.truth.document(document)).items():
            for join in joins if name in own else ():
                found.setdefault(join, []).append(inputs.sources[document][0].uri)
    rows = [TextJoin(left, right, why, len(uris), uris[0]) for (left, right, why), uris in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row.documents, row.left, row.right)))
