"""Inputs -> graph.db: find what is touched, recompute each touched group from its current rows, write what differs.

    documents ─▶ units, statements ─▶ names ─▶ components ─▶ entities ─▶ triples

Nothing is patched: a touched name, component, entity or triple is made again from the rows that stand there now. A build from
scratch is the same fold from an empty file, so there is no second code path. All writes are one transaction.
"""

from collections.abc import Callable

from kgbuild.build.built import COUNTS, Built
from kgbuild.build.changes import write as write_change
from kgbuild.build.components import Cluster
from kgbuild.build.inputs import VERSION, Inputs, input_digest
from kgbuild.build.judged import Judged
from kgbuild.build.steps.components import fold_components
from kgbuild.build.steps.documents import fold_documents
from kgbuild.build.steps.entities import fold_entities
from kgbuild.build.steps.mentions import fold_mentions
from kgbuild.build.steps.names import fold_judgements, fold_names
from kgbuild.build.steps.quarantine import fold_quarantine
from kgbuild.build.steps.state import Fold
from kgbuild.build.steps.triples import fold_statements, fold_triples
from kgbuild.build.words import set_entity_words_aside, words_now
from kgbuild.counts import counted
from kgbuild.errors import BuildError
from kgbuild.records import Progress
from kgbuild.resolution.cluster import cluster as default_cluster
from kgbuild.resolution.names import VERSION as NAMES_VERSION
from kgbuild.workspace.database import transaction
from kgbuild.workspace.derived import Derived
from kgbuild.workspace.truth import Truth

RULES = f"{VERSION}.{NAMES_VERSION}"
"""The version of all rules that a build follows; a graph built by others is built anew."""


class Preview(Exception):
    """Raised inside the transaction to take everything back."""


def build(
    truth: Truth,
    derived: Derived,
    inputs: Inputs,
    *,
    anew: bool = False,
    preview: bool = False,
    look: Callable[[Built], None] | None = None,
    progress: Progress | None = None,
    cluster: Cluster = default_cluster,
    now: str = "",
) -> Built:
    """Bring graph.db to its inputs. Without a difference nothing is opened for writing.

    anew: from an empty graph, whatever is there; preview: take everything back in the end; look: called before that, while `derived` shows the graph as it would be; now: the time
    to keep with the record of what changed.
    Raises BuildError when extractions are missing and inputs.partial is not set.
    """
    missing = _missing(truth, inputs)
    name = input_digest(inputs, missing)
    built = Built(name, derived.state)
    if derived.input == name and not anew:
        _sleepers(truth, derived, inputs, built)
        return built
    built.changed = True
    try:
        with transaction(derived.db, derived.path) as db:
            fold = Fold(truth, derived, inputs, db, progress or (lambda *_: None), cluster, built, int(derived.state, 16))
            if anew or derived.meta("version") != RULES:  # what other rules made cannot be built upon
                fold.forget_everything()
            fold.changes.scratch = not fold.state
            _run(fold, missing)
            built.change = fold.changes.change(derived, now, {name: getattr(built, name) for name in COUNTS})
            write_change(derived, built.change)
            derived.set_meta("version", RULES)
            built.state = f"{fold.state:032x}"
            derived.set_meta("input", name)
            derived.set_meta("state", built.state)
            derived.set_meta("model", inputs.model.key if inputs.model else "")
            derived.set_meta("cut", inputs.cut_digest())
            derived.set_meta("schema", inputs.schema.text)
            derived.set_meta("schema_name", inputs.schema.source)
            if preview:
                if look is not None:
                    look(built)
                raise Preview
            with transaction(truth.db, truth.path):  # before the graph's own commit: an id that was seen is never unknown
                truth.publish_ids(built.ids)
    except Preview:
        pass
    return built


def _missing(truth: Truth, inputs: Inputs) -> list[str]:
    found: set[str] = set()
    for extractor, _ in inputs.readers():
        missing = truth.missing(extractor.key, inputs.languages(extractor))
        if missing and not inputs.partial:
            documents = len({row[1] for row in missing})
            raise BuildError(
                f"{counted(len(missing), 'passage')} of {counted(documents, 'document')} {'is' if len(missing) == 1 else 'are'} not extracted by {extractor.name}: "
                "run `kgbuild extract` first, or `kgbuild build --partial` to go on without them"
            )
        found.update(row[0] for row in missing)
    return sorted(found)


def _sleepers(truth: Truth, derived: Derived, inputs: Inputs, built: Built) -> None:
    _set_aside(built, words_now(truth, derived.db, inputs.judgements, inputs.schema))


def _set_aside(built: Built, judged: Judged) -> None:
    built.sleeping, built.conflicting, built.against = judged.sleeping, sorted(judged.conflicting), judged.against


def _run(fold: Fold, missing: list[str]) -> None:
    """All steps, in order: each takes up what those before it touched."""
    fold_documents(fold, missing)
    fold_names(fold)
    fold_judgements(fold)
    fold_components(fold)
    fold_statements(fold)
    fold_triples(fold)
    fold_quarantine(fold)
    fold_entities(fold)
    fold_mentions(fold)
    set_entity_words_aside(fold.db, fold.judged)
    _set_aside(fold.built, fold.judged)
    fold.built.entities, fold.built.triples = fold.entities, fold.triples
