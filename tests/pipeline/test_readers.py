"""Terms, patterns and other extractors in a workspace: what wins, what is read again, what the promises say."""

import json
import re
from importlib.metadata import EntryPoint

import pytest

from kgbuild.errors import BuildError, ConfigError, KgbuildError, UsageError
from kgbuild.extraction import named as naming
from kgbuild.graph.memory import collect
from kgbuild.pipeline.pools import workspace_pool
from kgbuild.pipeline.sampling import How, sample
from kgbuild.pipeline.settings import name_extractors
from kgbuild.pipeline.workspace import Workspace
from kgbuild.records import Extraction, Link, Span, Thing
from tests.test_promises import canonical
from tests.toy import ToyModels

TEXTS = {
    "a.txt": "Ann Duncan works for Acme Widget Co. Bo Ryan met Acme Widget Co.",
    "b.txt": "ACM lives in Latvia. The Gadget Works opened.",
    "c.txt": "Beta Co has part Gadget Works. Cy Moran met ACM.",
}
TERMS = (
    "name,type,id,iri,aliases\nAcme Widget Co,Organization,acme,https://example.com/acme,ACM\nGadget Works,Organization,gad\n"
)
PATTERN = {"relation": "EMPLOYED_BY", "pattern": [{"HEAD": "Person"}, {"LOWER": "met"}, {"TAIL": "Organization"}], "score": 0.8}


def held(place):
    """The graph of a place, in memory."""
    with place.ws.source() as source:
        return collect(source)


class Place:
    """A workspace with documents and files of its own."""

    def __init__(self, folder, texts=TEXTS):
        self.folder, self.models = folder, ToyModels()
        (folder / "docs").mkdir()
        for name, text in texts.items():
            (folder / "docs" / name).write_text(text, "utf-8")
        self.ws = Workspace(folder / "kg", create=True, models=self.models)
        self.ws.use("toy")

    def write(self, terms=TERMS, patterns=PATTERN, use='["model", "terms:terms.csv", "patterns:p.jsonl"]', more=""):
        (self.folder / "kg" / "terms.csv").write_text(terms, "utf-8")
        (self.folder / "kg" / "p.jsonl").write_text(json.dumps(patterns), "utf-8")
        (self.folder / "kg" / "kgbuild.toml").write_text(f"[extractors]\nuse = {use}\n{more}", "utf-8")

    def run(self):
        self.ws.add([self.folder / "docs"], sync=True, accept=True, extract_ahead=True)
        return self.ws.extract(), self.ws.build()

    def entity(self, name):
        (found,) = self.ws.explain(name)
        return found


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path)
    yield made
    made.ws.close()


def test_the_name_and_iri_of_a_term_win_its_aliases_join_it_and_each_mention_says_who_found_it(place):
    place.write()
    place.run()
    acme = place.entity("ACM")

    assert (acme.name, acme.type, acme.external_id, acme.iri) == (
        "Acme Widget Co",
        "Organization",
        "acme",
        "https://example.com/acme",
    )
    assert acme.mentions == 4 and acme.documents == 3
    assert any("both are known as acme" in reason for join in acme.joins for reason, _ in join.reasons)
    assert {quote.by for quote in acme.quotes} == {"terms:terms.csv"}
    (fact,) = place.ws.explain_fact("Bo Ryan", "EMPLOYED_BY", "ACM")
    assert [quote.by for quote in fact.quotes] == ["patterns:p.jsonl"] and fact.confidence == 8000
    (fact,) = place.ws.explain_fact("Ann Duncan", "EMPLOYED_BY", "ACM")
    assert [quote.by for quote in fact.quotes] == [""]
    rows = {e.name: e for e in held(place).entities()}
    assert rows["Gadget Works"].external_id == "gad" and rows["Beta Co"].external_id == ""


def test_an_edited_file_of_terms_is_read_again_alone_and_gives_the_graph_from_scratch(place, tmp_path_factory):
    place.write()
    place.run()
    before, calls = canonical(place.ws), len(place.models.calls)
    place.write(terms=TERMS.replace("ACM", "").replace("example.com", "example.org"))
    with pytest.raises(BuildError, match=r"terms:terms.csv is new, or has changed .*kgbuild extract"):
        place.ws.build()
    extracted, built = place.run()

    assert [(each.name, each.extracted) for each in extracted.beside] == [("patterns:p.jsonl", 0), ("terms:terms.csv", 3)]
    assert len(place.models.calls) == calls and built.documents_folded == 3
    fresh = Place(tmp_path_factory.mktemp("fresh"))
    fresh.write(terms=TERMS.replace("ACM", "").replace("example.com", "example.org"))
    fresh.run()
    assert canonical(fresh.ws) == canonical(place.ws) != before
    place.write()
    place.run()
    assert canonical(place.ws) == before
    assert sorted(each.name for each in place.ws.truth.extractors(("terms", "patterns"))) == [
        "patterns:p.jsonl",
        "terms:terms.csv",
    ]
    fresh.ws.close()


def test_a_term_that_stands_in_one_document_touches_that_document_alone(place):
    place.write(terms="name,type\nLatvia,Location\n")
    place.run()
    place.write(terms="name,type\nLatvia,Location\nBeta Co,Organization\n")
    assert place.run()[1].documents_folded == 1
    assert place.run()[1].changed is False


def test_without_the_model_a_graph_comes_of_terms_and_patterns_alone(place):
    place.write(terms=TERMS + "Bo Ryan,Person\nCy Moran,Person\n", use='["terms:terms.csv", "patterns:p.jsonl"]')
    place.run()
    status = place.ws.status()

    assert place.models.calls == [] and status.missing == 0 and status.extractors == ["patterns:p.jsonl", "terms:terms.csv"]
    assert status.by_predicate == [("EMPLOYED_BY", 2)] and status.entities == 4
    with pytest.raises(UsageError, match="there is no extractor 'linker'"):
        place.write(use='["linker"]')
        place.ws.build()


def test_two_ids_are_never_one_and_a_person_who_says_so_is_told(place):
    """Even where all else speaks for it: one name but for its legal form, in a chain of the model, or as the same name."""
    place.write(terms="name,type,id\nAcme Widget Co,Organization,one\nACM,Organization,two\n")
    place.run()
    assert {e.external_id for e in held(place).entities()} == {"", "one", "two"}
    with pytest.raises(BuildError, match="known to be two things"):
        place.ws.merge("Acme Widget Co", "ACM")


def test_a_person_can_part_what_terms_join_and_take_it_back(place):
    place.write()
    place.run()
    before = canonical(place.ws)
    acme = place.entity("ACM")
    decision = place.ws.split("ACM", [next(str(n) for n, uri, _ in acme.written if uri.endswith("c.txt"))])
    place.ws.build()

    known = [e for e in held(place).entities() if e.external_id == "acme"]
    assert [e.documents for e in known] == [2]
    for judgement in decision.judgements:
        place.ws.undo(judgement.number)
    place.ws.build()
    assert canonical(place.ws) == before


def test_a_term_says_what_a_name_is_whatever_the_model_says(place):
    place.write(terms="name,type,id\nLatvia,Organization,l\n")
    place.run()
    assert place.entity("Latvia").type == "Organization"


def test_bad_rows_stop_extraction_before_anything_is_written(place):
    place.write()
    place.run()
    before = canonical(place.ws)
    place.write(terms="name,type\n,Person\nAnn,\n")
    with pytest.raises(ConfigError, match=r"terms.csv:2: the name is empty; .*terms.csv:3: the type is empty"):
        place.ws.extract()
    assert canonical(place.ws) == before
    (place.folder / "kg" / "terms.csv").unlink()
    assert [problem[:2] for problem in place.ws.status().problems] == [("kgbuild.toml", "extractors")]


# extractors of entry points ------------------------------------------------------------------------------------------


class Linker:
    """An example of an extractor that a package brings: it knows who "he" is, and who is near."""

    numerics, languages = "exact", ("en",)
    span_labels, link_labels = ("HUMAN",), ("near",)

    def __init__(self, argument, folder):
        self.word, self.fingerprint = argument or "he", f"linker 1 {argument}"

    def __call__(self, texts):
        for text in texts:
            spans = tuple(
                Span(m.start(), m.end(), "HUMAN", 7000, Thing(f"{m.group()}-{text[:1]}")) for m in re.finditer(r"Zed|Yan", text)
            )
            yield Extraction(
                spans, tuple((i,) for i in range(len(spans))), tuple(Link(i - 1, i, "near", 6000) for i in range(1, len(spans)))
            )

    def close(self):
        pass


class Wrong(Linker):
    def __call__(self, texts):
        for _ in texts:
            yield Extraction((Span(5, 3, "HUMAN", 1),), ((0,),))


@pytest.fixture
def linker(monkeypatch):
    points = [
        EntryPoint(name, f"{__name__}:{made.__name__}", naming.GROUP) for name, made in (("linker", Linker), ("wrong", Wrong))
    ]
    monkeypatch.setattr(EntryPoint, "load", lambda point: globals()[point.value.partition(":")[2]])
    monkeypatch.setattr(naming, "entry_points", lambda **_: points)


def test_an_entry_point_reads_beside_the_model_and_tells_one_name_apart(tmp_path, linker):
    place = Place(tmp_path, {"a.txt": "Zed met Yan.", "b.txt": "But Zed met Yan.", "c.txt": "zed"})
    place.write(use='["model", "linker:x"]', more='[extractors.labels]\nHUMAN = "Person"\nnear = "MARRIED_TO"\n')
    extracted, _ = place.run()

    assert [(each.name, each.extracted) for each in extracted.beside] == [("linker:x", 3)]
    ids = sorted(e.external_id for e in held(place).entities())
    assert ids == ["Yan-B", "Yan-Z", "Zed-B", "Zed-Z"]
    assert [(t.predicate, t.support) for t in held(place).triples()] == [("MARRIED_TO", 1), ("MARRIED_TO", 1)]
    before = canonical(place.ws)
    place.ws.build(rebuild=True)
    assert canonical(place.ws) == before
    place.ws.close()


def test_what_an_entry_point_gives_is_looked_at(place, linker):
    place.write(use='["model", "wrong"]')
    with pytest.raises(KgbuildError, match=r"the extractor wrong gives an extraction that cannot be: span \[5:3\]"):
        place.run()


# kgbuild.toml --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before, after",
    [
        ("", '[extractors]\nuse = ["model", "terms:t.csv"]\n'),
        ("[run]\nthreads = 1\n", '[run]\nthreads = 1\n\n[extractors]\nuse = ["model", "terms:t.csv"]\n'),
        ("[extractors]  # x\n# use = []  # y\n[run]\n", '[extractors]  # x\nuse = ["model", "terms:t.csv"]  # y\n[run]\n'),
        ('[extractors]\nuse = ["patterns:p"]\n', '[extractors]\nuse = ["patterns:p", "terms:t.csv"]\n'),
        (
            '[extractors]\n[extractors.labels]\nA = "B"\n',
            '[extractors]\nuse = ["model", "terms:t.csv"]\n[extractors.labels]\nA = "B"\n',
        ),
    ],
)
def test_one_line_of_the_settings_changes_and_the_second_time_none(tmp_path, before, after):
    (tmp_path / "kgbuild.toml").write_text(before, "utf-8")
    assert name_extractors(tmp_path, ["terms:t.csv"])
    assert (tmp_path / "kgbuild.toml").read_text("utf-8") == after
    assert not name_extractors(tmp_path, ["terms:t.csv"])


def test_settings_that_cannot_be_changed_by_one_line_are_left_alone(tmp_path):
    text = '[extractors]\nuse = [\n  "model",\n]\n'
    (tmp_path / "kgbuild.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r'write `use = \["model", "terms:t.csv"\]` under \[extractors\] yourself'):
        name_extractors(tmp_path, ["terms:t.csv"])
    assert (tmp_path / "kgbuild.toml").read_text("utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == ["kgbuild.toml"]


def labelled(ws):
    """(mentions, facts) of the passages to label, each in the labels that people see."""
    mentions, facts = set(), set()
    for one in sample(workspace_pool(ws), How(9)).sample:
        mentions |= {(one.text[m.start : m.end], m.type) for m in one.mentions}
        written = [{one.text[one.mentions[i].start : one.mentions[i].end] for i in cluster} for cluster in one.clusters]
        facts |= {(min(written[r.head]), r.label, min(written[r.tail])) for r in one.relations}
    return mentions, facts


def test_passages_to_label_come_with_what_all_extractors_found(place):
    place.write(terms=TERMS + "lives in,Person\n")
    place.run()
    mentions, facts = labelled(place.ws)

    assert {("lives in", "PER"), ("ACM", "ORG"), ("Ann Duncan", "PER")} <= mentions
    assert ("Bo Ryan", "P108", "Acme Widget Co") in facts  # by a pattern
    assert ("Ann Duncan", "P108", "Acme Widget Co") in facts  # by the model


def test_passages_to_label_need_no_model(place):
    place.write(terms=TERMS + "Bo Ryan,Person\n", use='["terms:terms.csv", "patterns:p.jsonl"]')
    place.run()

    assert labelled(place.ws) == (
        {("Acme Widget Co", "ORG"), ("ACM", "ORG"), ("Gadget Works", "ORG"), ("Bo Ryan", "PER")},
        {("Bo Ryan", "P108", "Acme Widget Co")},
    )
