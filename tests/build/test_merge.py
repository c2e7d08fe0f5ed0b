"""The one rule by which extractors give way to each other: examples, and properties of any set of extractions."""

import re
from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.build import merge as merging
from kgbuild.build.known import bind
from kgbuild.build.merge import GONE, MODEL, ONE_END, OTHERS, PATTERNS, TERMS, THE_MODEL, Reader, merge
from kgbuild.extraction.named import flaw
from kgbuild.records import Extraction, Link, OpenLink, Slot, Span, Thing
from kgbuild.resolution.overlaps import chosen, shared
from kgbuild.schema import load_schema

SCHEMA = load_schema()
OWN = Reader("terms:t.csv", TERMS)
RULES = Reader("patterns:p.jsonl", PATTERNS)
OUTSIDE = Reader("linker", OTHERS, {"COMPANY": "Organization", "works": "EMPLOYED_BY"})


def at(text, part, label, thing=None, score=9000):
    start = text.index(part)
    return Span(start, start + len(part), label, score, thing and Thing(thing))


def extraction(*spans, chains=None, links=(), open=()):
    return Extraction(spans, chains or tuple((i,) for i in range(len(spans))), links, open)


def names(text, merged):
    spans = merged.extraction.spans
    return [(text[s.start : s.end], s.label, by.name) for s, by in zip(spans, merged.span_by, strict=True)]


def test_terms_go_before_patterns_before_others_before_the_model():
    text = "Acme Widget Company of Ohio"
    readings = [
        (THE_MODEL, extraction(at(text, text, "ORG"))),
        (OUTSIDE, extraction(at(text, "Widget Company of Ohio", "COMPANY"))),
        (RULES, extraction(at(text, "Company of", "Organization"))),
        (OWN, extraction(at(text, "Acme", "Organization"))),
    ]
    assert names(text, merge(text, readings, SCHEMA)) == [
        ("Acme", "Organization", OWN.name),
        ("Company of", "Organization", RULES.name),
    ]
    assert names(text, merge(text, readings[:2], SCHEMA)) == [("Widget Company of Ohio", "COMPANY", "linker")]


def test_links_and_chains_move_to_a_span_that_is_the_same_name_and_go_with_one_that_is_not():
    text = "The Acme Co hired Ann. GSA Technology Service hired her."
    model = extraction(
        at(text, "The Acme Co", "ORG"), at(text, "Ann", "PER"), at(text, "GSA Technology Service", "ORG"), at(text, "her", "PER"),
        chains=((0,), (1, 3), (2,)), links=(Link(1, 0, "P108", 8000), Link(1, 2, "P108", 7000)),
    )  # fmt: skip
    own = extraction(at(text, "Acme Co", "Organization", "acme"), at(text, "GSA", "Organization", "gsa"))
    merged = merge(text, [(THE_MODEL, model), (OWN, own)], SCHEMA)

    assert [text[s.start : s.end] for s in merged.extraction.spans] == ["Acme Co", "Ann", "GSA", "her"]
    assert merged.extraction.chains == ((0,), (1, 3), (2,))
    assert merged.extraction.links == (Link(1, 0, "P108", 8000),)
    assert dict(merged.dropped) == {f"a span of {OWN.name} stands where the model sees another": 2, GONE: 1}


def test_a_link_both_of_whose_ends_become_one_span_goes():
    text = "Bank of Ohio"
    model = extraction(at(text, "Bank", "ORG"), at(text, "Ohio", "LOC"), links=(Link(0, 1, "P131", 8000),))
    merged = merge(text, [(THE_MODEL, model), (OWN, extraction(at(text, text, "Organization")))], SCHEMA)
    assert merged.extraction.links == () and dict(merged.dropped)[ONE_END] == 1


def test_two_extractors_that_agree_are_no_conflict():
    text = "Acme"
    merged = merge(
        text, [(THE_MODEL, extraction(at(text, text, "ORG"))), (OWN, extraction(at(text, text, "Organization", "a")))], SCHEMA
    )
    assert names(text, merged) == [("Acme", "Organization", OWN.name)] and merged.dropped == ()


def test_two_things_are_never_in_one_chain_and_one_thing_always_is():
    text = "Acme, Beta, ACM"
    own = extraction(
        at(text, "Acme", "Organization", "a"), at(text, "Beta", "Organization", "b"), at(text, "ACM", "Organization", "a")
    )
    model = extraction(at(text, "Acme", "ORG"), at(text, "Beta", "ORG"), chains=((0, 1),))
    assert merge(text, [(THE_MODEL, model), (OWN, own)], SCHEMA).extraction.chains == ((0, 2), (1,))


def test_an_open_link_joins_the_spans_at_its_places_over_articles_possessives_and_short_forms():
    text = 'Ann Lee, CEO of the "Acme Company" (ACM), left. Bo Li, CEO of nothing.'
    model = extraction(
        at(text, "Ann Lee", "PER"), at(text, "Acme Company", "ORG"), at(text, "ACM", "ORG"), at(text, "Bo Li", "PER")
    )
    slots = [(7, 15), (text.index("Bo Li") + 5, text.index(" nothing"))]
    open = tuple(OpenLink(Slot(-1, a, ("Person",)), Slot(b, -1, ("Organization",)), "EMPLOYED_BY", 9000) for a, b in slots)
    merged = merge(text, [(THE_MODEL, model), (RULES, Extraction(open=open))], SCHEMA)

    assert merged.extraction.links == (Link(0, 1, "EMPLOYED_BY", 9000),) and merged.link_by == (RULES,)
    assert dict(merged.dropped) == {f"no span stands at an end of a pattern of {RULES.name}": 1}
    wrong = OpenLink(Slot(-1, 7, ("Location",)), Slot(15, -1, ("Organization",)), "LOCATED_IN", 9000)
    assert merge(text, [(THE_MODEL, model), (RULES, Extraction(open=(wrong,)))], SCHEMA).extraction.links == ()


def test_labels_are_mapped_by_the_settings_by_name_or_by_the_schema_and_others_displace_nobody():
    text = "Acme pays"
    for label in ("COMPANY", "Organization", "ORG"):
        assert OUTSIDE.type_of(SCHEMA, label).name == "Organization"
    assert [OUTSIDE.relation_of(SCHEMA, label).name for label in ("works", "EMPLOYED_BY", "P108")] == ["EMPLOYED_BY"] * 3
    assert THE_MODEL.type_of(SCHEMA, "Organization") is None
    merged = merge(
        text, [(THE_MODEL, extraction(at(text, "Acme", "ORG"))), (OUTSIDE, extraction(at(text, text, "EVENT")))], SCHEMA
    )
    assert names(text, merged) == [("Acme", "ORG", "")]
    assert dict(merged.dropped) == {"label EVENT is not in the schema": 1}


def test_the_model_alone_is_left_as_it_is():
    text = "Acme Ohio"
    model = extraction(at(text, "Acme", "ORG"), at(text, "Ohio", "XXX"), links=(Link(0, 1, "P131", 8000),))
    assert merge(text, [(THE_MODEL, model), (OWN, Extraction())], SCHEMA).extraction is model


# properties ----------------------------------------------------------------------------------------------------------

TEXT = "the Acme Co of Ohio, and Ann Lee's Beta Inc"
READERS = [THE_MODEL, OWN, RULES, OUTSIDE, Reader("other", OTHERS)]
LABELS = {MODEL: ["ORG", "PER", "XXX"]}


@st.composite
def seen(draw, reader):
    cuts = sorted(draw(st.sets(st.integers(0, len(TEXT)), max_size=8)))
    labels = st.sampled_from(LABELS.get(reader.rank, ["Organization", "Person", "XXX"]))
    things = st.none() if reader.is_model else st.sampled_from([None, Thing("a"), Thing("b")])
    spans = tuple(
        Span(a, b, draw(labels), draw(st.integers(1, 10_000)), draw(things))
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    )
    groups = {}
    for index in range(len(spans)):
        groups.setdefault(draw(st.integers(0, 2)), []).append(index)
    chains = tuple(sorted(map(tuple, groups.values())))
    ends = st.sampled_from([chain[0] for chain in chains]) if chains else st.nothing()
    links = draw(st.lists(st.builds(Link, ends, ends, st.just("P108"), st.integers(1, 10_000)), max_size=3)) if spans else []
    return Extraction(spans, chains, tuple(link for link in links if link.head != link.tail))


READINGS = st.lists(st.sampled_from(READERS), unique_by=lambda r: r.name, max_size=4).flatmap(
    lambda readers: st.tuples(*(st.tuples(st.just(reader), seen(reader)) for reader in readers))
)


@given(READINGS)
def test_what_comes_out_is_a_sound_extraction_whatever_goes_in(readings):
    merged = merge(TEXT, list(readings), SCHEMA)
    assert flaw(TEXT, merged.extraction) == ""
    assert len(merged.span_by) == len(merged.extraction.spans) and len(merged.link_by) == len(merged.extraction.links)
    for chain in merged.extraction.chains:
        assert len({merged.extraction.spans[i].thing for i in chain} - {None}) <= 1


@given(READINGS)
def test_the_order_of_extractors_does_not_matter(readings):
    assert len({merge(TEXT, list(order), SCHEMA) for order in permutations(readings)}) == 1


@given(READINGS)
def test_no_span_goes_without_one_that_outranks_it_in_its_place(readings):
    merged = merge(TEXT, list(readings), SCHEMA)
    kept = list(zip(merged.extraction.spans, merged.span_by, strict=True))
    for reader, found in readings:
        for span in found.spans:
            usable = reader.is_model or reader.type_of(SCHEMA, span.label)
            over = [by for other, by in kept if shared((span.start, span.end), (other.start, other.end))]
            assert not usable or (span, reader) in kept or min(by.rank for by in over) <= reader.rank


@given(READINGS)
def test_merging_again_with_nothing_new_changes_nothing(readings):
    assert merge(TEXT, list(readings), SCHEMA) == merge(TEXT, [*readings, (Reader("zzz", OTHERS), Extraction())], SCHEMA)


CLAIMS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20), st.integers(0, 20), st.sampled_from("ab")), max_size=12)


@given(CLAIMS)
def test_the_claims_that_stay_do_not_overlap_and_none_could_be_added(claims):
    kept = chosen(claims)
    stay = [claims[i] for i in kept]
    assert all(a[2] <= b[1] for a, b in pairwise(stay))
    for claim in claims:
        free = all(not shared(claim[1:3], other[1:3]) for other in stay)
        assert claim[1] >= claim[2] or not free
    assert sorted(claims[i] for i in kept) == sorted(list(reversed(claims))[i] for i in chosen(list(reversed(claims))))


NODES = "abcdefg"
PAIRS = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda p: p[0] != p[1]), max_size=4)


@given(st.dictionaries(st.sampled_from(NODES), st.sampled_from(["x", "y", "z"])), PAIRS, PAIRS)
def test_one_thing_is_one_unless_a_person_parts_it_and_two_things_never_are(known, together, apart):
    groups = closure(together)
    apart = [pair for pair in apart if groups[pair[0]] is not groups[pair[1]]]
    if any(len({known[n] for n in group if n in known}) > 1 for group in map(tuple, groups.values())):
        return  # a person's word that makes two things one is set aside before (judged.py)
    bound = bind(known, together, apart)
    after = closure(bound.together)

    assert all(after[a] is not after[b] for a, b in bound.apart)
    for a in bound.thing:
        for b in bound.thing:
            assert (after[a] is after[b]) == (bound.thing[a] == bound.thing[b])
    assert apart or bound.thing == known


def closure(pairs):
    groups = {node: {node} for node in NODES}
    for a, b in pairs:
        if groups[a] is not groups[b]:
            groups[a] |= groups[b]
            for node in groups[b]:
                groups[node] = groups[a]
    return groups


def test_links_that_a_pattern_leaves_open_cost_by_their_places_not_by_their_number(monkeypatch):
    """`{"OP": "+"}` between the ends leaves a link open for every two words of a passage."""
    text = "Ann met Bo at Acme. " * 20
    ends = [match.span() for match in re.finditer(r"\w+", text)]
    spans = [Span(*ends[at], label, 9000) for at in range(0, len(ends), 5) for at, label in ((at, "PER"), (at + 4, "ORG"))]
    person, firm = ("Person",), ("Organization",)
    links = tuple(
        OpenLink(Slot(-1, ends[a][0], person), Slot(ends[b][1], -1, firm), "EMPLOYED_BY", 9000)
        for a in range(1, len(ends))
        for b in range(a, len(ends))
    )
    asked = []
    fitting = merging._Merge._fitting
    monkeypatch.setattr(merging._Merge, "_fitting", lambda self, *place: asked.append(place) or fitting(self, *place))
    model = Extraction(tuple(spans), tuple((i,) for i in range(len(spans))))
    found = merge(text, [(THE_MODEL, model), (RULES, Extraction(open=links))], SCHEMA)

    assert len(links) == 4950 and len(asked) == 2 * 99
    assert len(found.extraction.links) == 20 * 21 // 2
