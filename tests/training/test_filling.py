from dataclasses import replace

from kgbuild.corpora.making import annotated, from_text
from kgbuild.corpora.reading import Reading
from kgbuild.models.adapter import shipped_model
from kgbuild.records import Extraction, Span
from kgbuild.training.corpora import agree, from_gold
from kgbuild.training.filling import filled, with_names

TEXT = "Denis led Acme in Paris before he joined Beta in 2002; Denis wrote to Eve."
TYPES = {"PER", "ORG", "LOC", "TIME"}


def place(word, after=0):
    start = TEXT.index(word, after)
    return start, start + len(word)


def passage(facts=(("Acme", "ORG"), ("Denis", "PER")), labels=("P169",)):
    """Acme's chief executive is Denis; nothing else is annotated."""
    spans = [(*place(word), kind) for word, kind in facts]
    reading = Reading("test")
    links = [(0, 1, "P169", ())] if len(spans) > 1 else []
    document = annotated(from_text("d", TEXT, spans, reading), reading, links=links)
    return replace(document, complete=False, has_relations=True, relation_labels=labels)


def extraction(*found, chains=()):
    spans = tuple(Span(*place(word, after), label, score) for word, after, label, score in found)
    alone = tuple((n,) for n in range(len(spans)) if not any(n in chain for chain in chains))
    return Extraction(spans, (*chains, *alone), ())


def added(document, answer):
    return [(TEXT[m.start : m.end], m.type) for m in with_names(document, answer, TYPES).mentions[len(document.mentions) :]]


def test_names_are_added_and_belong_to_nothing():
    document = passage()
    new = with_names(document, extraction(("Paris", 0, "LOC", 9000), ("Beta", 0, "ORG", 8000)), TYPES)
    assert new.mentions[:2] == document.mentions
    assert new.clusters == ((0,), (1,), (2,), (3,))
    assert new.relations == document.relations
    assert [new.tokens[m.first : m.last] for m in new.mentions[2:]] == [("Paris",), ("Beta",)]


def test_what_could_be_an_end_of_the_facts_is_left_out():
    again = TEXT.rindex("Denis")
    assert added(passage(), extraction(("Acme in Paris", 0, "ORG", 9000), ("Denis", again, "PER", 9000))) == []
    chained = extraction(("Denis", 0, "PER", 9000), ("Eve", 0, "PER", 9000), ("Beta", 0, "ORG", 9000), chains=((0, 1),))
    assert added(passage(), chained) == [("Beta", "ORG")]


def test_what_is_unsure_of_another_type_or_inside_of_a_token_is_left_out():
    found = extraction(
        ("Paris", 0, "LOC", 6900), ("Beta", 0, "GENE", 9000), ("200", 0, "TIME", 9000), ("2002", 0, "TIME", 7000)
    )
    assert added(passage(), found) == [("2002", "TIME")]


def test_only_documents_whose_names_were_not_annotated_are_read_and_then_teach_what_does_not_hold():
    nothing, whole = passage(facts=()), replace(passage(), complete=True)
    types = replace(whole, mentions=tuple(replace(m, type=t) for m, t in zip(whole.mentions, ("ORG", "PER"), strict=True)))
    first, second = filled(shipped_model(), [[nothing], [types]])
    assert second == [types]
    names = {TEXT[m.start : m.end] for m in first[0].mentions}
    assert {"Denis", "Beta"} <= names
    assert {m.type for m in first[0].mentions} <= {"ORG", "PER"}
    before = agree([from_gold([nothing], "a"), from_gold([types], "b")])
    after = agree([from_gold(first, "a"), from_gold(second, "b")])
    assert (len(before), len(after)) == (1, 2)
    assert after[0].looked_for == {"P169"} or after[0].looked_for is None
