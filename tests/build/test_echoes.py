"""Names that a document writes again where the model did not see them."""

from kgbuild.build.echoes import with_echoes
from kgbuild.records import Extraction, Passage, Span

SURE = 5000


def passage(index, text):
    return Passage(index, 0, text, "en", ((0, len(text)),), (0,))


def extraction(text, *names, score=9000):
    """Spans of (name, label) at their first places, each a chain."""
    spans = tuple(Span(text.index(name), text.index(name) + len(name), label, score) for name, label in names)
    return Extraction(spans, tuple((i,) for i in range(len(spans))), ())


def echoed(*parts):
    """Texts with what was seen in them -> the written names of the spans that were added, by passage."""
    passages = [passage(index, text) for index, (text, _) in enumerate(parts)]
    before = {index: found for index, (_, found) in enumerate(parts)}
    after = with_echoes(passages, before, SURE)
    return [[(parts[i][0][s.start : s.end], s.label, s.score) for s in after[i].spans[len(before[i].spans) :]] for i in after]


def test_a_name_is_a_mention_wherever_the_document_writes_it():
    first, second = "Ann Lee came.", "We thank Ann Lee. Ann Leeds and ann lee stay."

    assert echoed((first, extraction(first, ("Ann Lee", "PER"), score=8000)), (second, Extraction())) == [
        [],
        [("Ann Lee", "PER", 8000)],
    ]


def test_an_echo_is_chained_to_the_name_in_its_passage_and_to_other_echoes():
    text, other = "Ann Lee met Bo Li. Ann Lee left.", "Ann Lee; Ann Lee."
    seen = extraction(text, ("Ann Lee", "PER"), ("Bo Li", "PER"))
    after = with_echoes([passage(0, text), passage(1, other)], {0: seen, 1: Extraction()}, SURE)

    assert after[0].chains == ((0, 2), (1,))
    assert after[1].chains == ((0, 1),)


def test_words_that_are_no_names_are_not_looked_for():
    text = "May saw Court and the IT of 18F. GSA. May, Court, IT, 18F, GSA, big Apple: big Apple"
    seen = extraction(text, ("May", "PER"), ("Court", "ORG"), ("IT", "ORG"), ("GSA", "ORG"), ("big Apple", "MISC"))

    assert echoed((text, seen)) == [[("GSA", "ORG", 9000)]]


def test_a_name_of_two_types_and_a_doubted_name_have_no_echo():
    text = "Mount Ada, Mount Ada. Red Hat."
    both = Extraction((Span(0, 9, "LOC", 9000), Span(11, 20, "PER", 9000)), ((0,), (1,)), ())

    assert echoed((text, both), ("Mount Ada", Extraction())) == [[], []]
    assert echoed((text, extraction(text, ("Red Hat", "ORG"), score=4000)), ("Red Hat", Extraction())) == [[], []]


def test_an_echo_takes_no_room_from_what_is_sure_and_the_longest_name_wins():
    text = "Red Hat. Red Hat Linux Day. Red Hat Summit, Red Hat Summit."
    seen = Extraction((Span(0, 7, "ORG", 9000), Span(9, 26, "MISC", 9000), Span(28, 42, "MISC", 9000)), ((0,), (1,), (2,)), ())

    assert echoed((text, seen)) == [[("Red Hat Summit", "MISC", 9000)]]


def test_nothing_to_add_gives_the_same_extractions():
    text = "Ann Lee came."
    seen = extraction(text, ("Ann Lee", "PER"))

    assert with_echoes([passage(0, text)], {0: seen}, SURE)[0] is seen
