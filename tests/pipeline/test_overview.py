"""The report: what it tells agrees with queries of the same graph, and nothing of a document becomes markup."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from kgbuild.build.changes import MOST, Changes, EntityNote, _without_moves, read
from kgbuild.build.claims import RULES as CLAIMS
from kgbuild.graph.hygiene import RULE_NAMES
from kgbuild.graph.impossible import RULES as IMPOSSIBLE
from kgbuild.pipeline.overview.calibration import _measured
from kgbuild.pipeline.overview.excerpts import LONGEST, marked
from kgbuild.pipeline.overview.facts import Fact, kind, most_telling, varied
from kgbuild.pipeline.overview.fit import fit
from kgbuild.pipeline.overview.groups import tree
from kgbuild.pipeline.overview.page import SECTIONS, render
from kgbuild.pipeline.overview.records import Measured
from kgbuild.pipeline.overview.words import meaning
from kgbuild.pipeline.reports import Join
from kgbuild.pipeline.workspace import Workspace
from kgbuild.records import Entity, Scope, Triple
from kgbuild.schema import load_schema
from tests.factory import put
from tests.toy import RELATIONS, ToyModels

EVIL = '<script>alert("x")</script>'
DOCUMENTS = {
    "r/a": f"Ann Duncan works for Acme Widget Co {EVIL}. Ann Duncan lives in Latvia.",
    "r/b": "Yes, Ann Duncan works for Acme Widget Co (AWC). AWC is part of Beta Co.",
    "r/c": "Bo Ryan works for AWC. Bo Ryan was born on 1947. Bo Ryan married Cy Duncan.",
    "s/d": "Bo Ryan was born on 1950. Ann Duncan married Dan Evan. Latvia is part of Ruritania.",
    "s/<e>": "We met. Ann Duncan works for Acme Widget Co. AWC has part Gamma Co. Bo Ryan lives in Estonia.",
}


class Balance(HTMLParser):
    """Raises if a tag is not closed, or closed in the wrong place."""

    EMPTY = ("meta", "br", "img", "link", "input", "hr")

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.asked = [], [], [], []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.ids += [named["id"]] if "id" in named else []
        self.links += [named["href"]] if tag == "a" else []
        self.asked += [value for key, value in attrs if key in ("src", "srcset", "action") or key.startswith("on")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parsed(page):
    """The page as a tree; it is well-formed XML but for its meta elements."""
    return ET.fromstring(re.sub("<meta [^>]*>", "", page.removeprefix("<!doctype html>\n")))


def tables(root):
    """Rows of text by caption."""
    found = {}
    for one in root.iter("table"):
        rows = [["".join(cell.itertext()) for cell in row] for row in one.iter("tr")]
        found["".join(one.find("caption").itertext())] = rows[1:]
    return found


def number(text):
    return int(text.replace(",", ""))


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    """Built, judged with a name that is markup, edited and built again: read by all tests, changed by none."""
    with Workspace(tmp_path_factory.mktemp("o") / "<kg>", create=True, models=ToyModels()) as made:
        made.use("toy")
        put(made, DOCUMENTS, title=f'"{EVIL}', url="javascript:alert(1)", date="2020-03-01T10:00:00")
        made.extract()
        made.build()
        made.rename("Ann Duncan", f"Ann {EVIL}", why=EVIL, by='<b "x">')
        made.reject("Bo Ryan", "MARRIED_TO", "Cy Duncan", by="me")
        made.reject("Latvia", "PART_OF", "Ruritania", by="me")
        made.accept("Ann Duncan", "EMPLOYED_BY", "Acme Widget Co", by="me")
        put(made, {"s/d": None, "r/f": "Eve Ryan works for Gamma Co. Eve Ryan lives in Latvia."})
        made.extract()
        made.build()
        yield made


@pytest.fixture(scope="module")
def look(ws):
    return ws.overview()


@pytest.fixture(scope="module")
def page(look):
    return render(look)


@pytest.fixture(scope="module")
def told(page):
    return tables(parsed(page))


@pytest.fixture
def db(ws):
    graph = ws.source()
    yield graph.derived.db
    graph.derived.close()


def test_the_page_is_whole_every_link_inside_leads_somewhere_and_nothing_outside_is_asked_for(page):
    parser = Balance()
    parser.feed(page)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids)) == len(SECTIONS)
    assert {link.removeprefix("#") for link in parser.links} == set(parser.ids)
    assert parser.asked == []


def test_nothing_of_a_document_or_a_judgement_becomes_markup(page):
    root = parsed(page)
    assert not list(root.iter("script")) and "javascript:" not in page
    texts = "".join(root.itertext())
    assert f"Ann {EVIL}" in texts  # a name that a person gave
    assert f"Acme Widget Co {EVIL}" in texts  # a sentence
    assert f'"{EVIL}' in texts  # a title
    assert "s/<e>" in texts  # a URI
    assert '<b "x">' in texts  # who judged
    assert "The knowledge graph <kg>" in texts


def test_the_numbers_are_those_of_queries_on_the_same_graph(look, page, told, db):
    def one(sql):
        return db.execute(sql).fetchone()[0]

    tiles = {
        "".join(t.find("a/span").itertext()): number(t.find("a/b").text)
        for t in parsed(page).iter("li")
        if t.find("a/span") is not None
    }
    assert tiles == {
        "documents": one("SELECT count(*) FROM docnode"),
        "mentions": one("SELECT sum(count) FROM mention"),
        "entities": one("SELECT count(*) FROM entity"),
        "facts between entities": one("SELECT count(*) FROM triple WHERE datatype IS NULL"),
        "facts with a value": one("SELECT count(*) FROM triple WHERE datatype IS NOT NULL"),
        "statements in documents": one("SELECT count(*) FROM statement WHERE triple IN (SELECT id FROM triple)"),
    }  # fmt: skip
    by_type = dict(db.execute("SELECT type, count(*) FROM entity GROUP BY type"))
    assert {row[0]: number(row[1]) for row in told["Entities by type"]} == by_type
    by_relation = {
        p: (n, s) for p, n, s in db.execute("SELECT predicate, count(*), sum(scope = 'stated') FROM triple GROUP BY predicate")
    }
    rows = told["Facts by relation, most frequent first"]
    assert {row[0].split(" ")[0]: (number(row[1]), number(row[3])) for row in rows} == by_relation
    assert all(number(row[1]) == number(row[3]) + number(row[4]) for row in rows)
    assert sum(number(n) for row in told["Statements by score"] for n in row[1:]) == tiles["statements in documents"]
    assert look.entities_with_facts == one(
        "SELECT count(*) FROM entity WHERE id IN (SELECT subject FROM triple UNION SELECT object FROM triple)"
    )


def test_documents_are_counted_by_where_they_come_from(told):
    rows = told["Documents by where they come from and what became of them"]
    assert [row[:2] for row in rows] == [["r", "4"], ["s", "1"], ["all", "5"]]


def test_what_was_left_out_is_told_rule_by_rule_as_status_counts_it(ws, look, told):
    rows = told["Mentions and facts that the model saw and the build left out, by rule"]
    assert {row.rule: row.count for row in look.left_out} == ws.status().dropped
    assert sum(number(row[1]) for row in rows) == sum(ws.status().dropped.values()) > 0
    assert all(row[3] in {*DOCUMENTS, "r/f"} for row in rows)


@pytest.mark.parametrize(
    "rule", [*RULE_NAMES, *CLAIMS, *IMPOSSIBLE, "fact below its threshold", "label X is not in the schema"]
)
def test_every_rule_is_explained_to_somebody_who_has_read_no_manual(rule):
    assert len(meaning(rule)) > 10


def test_facts_come_one_a_pair_with_the_sentence_and_its_ends_marked(look, page):
    pairs = [frozenset((told.fact.subject.id, told.fact.object.id)) for told in look.best]
    assert len(pairs) == len(set(pairs)) == look.status.triples - 1  # one company is part of another, and its subsidiary
    (items,) = [one for one in parsed(page).iter("ol") if one.get("class") == "facts"]
    first = items[0]
    assert [b.text for b in first.find("p").findall("b")] == [f"Ann {EVIL}", "Acme Widget Co"]
    assert [(m.get("class"), m.text) for m in first.find("blockquote").iter("mark")] == [
        ("head", "Ann Duncan"),
        ("tail", "Acme Widget Co"),
    ]
    assert "in 3 documents, confidence asserted" in "".join(first.itertext())
    assert "2020-03-01 " in "".join(first.itertext()) and "T10:00" not in page


def test_a_group_shows_its_names_and_what_joined_them(look, page, told):
    (group,) = [group for group in look.groups if group.entity.name == "Acme Widget Co"]
    assert len(group.joins) == len(group.names) - 1
    assert [name.forms[0] for name in group.names] == ["Acme Widget Co", "AWC"]
    assert [row[0] for row in told["Names of Acme Widget Co"]] == ["Acme Widget Co", "AWC"]
    assert "A document defines the one as short for the other" in page


def test_what_people_said_stands_there_with_what_became_of_it(look, told):
    (caption,) = [caption for caption in told if "in force" in caption]
    assert caption == "4 judgements: 3 in force, 1 asleep, 0 set aside"
    rows = told[caption]
    assert rows[0][1:4] == ['<b "x">', rows[0][2], EVIL]
    assert [row[4][:6] for row in rows] == ["in for", "in for", "asleep", "in for"]
    judged = [(row.right, row.wrong) for row in look.judged]
    assert (sum(right for right, _ in judged), sum(wrong for _, wrong in judged)) == (1, 1)
    assert all(row.low <= row.score < row.high for row in look.judged)


def test_what_the_last_build_changed_is_told_by_name(ws, look):
    change = look.change
    assert not change.scratch and change.at.endswith("+00:00")
    assert [note.name for note in change.entities_added] == ["Eve Ryan"]
    assert {note.name for note in change.entities_removed} == {"Dan Evan", "Ruritania"}
    assert {note.words for note in change.triples_added} == {
        ("Eve Ryan", "EMPLOYED_BY", "Gamma Co"),
        ("Eve Ryan", "LIVED_IN", "Latvia"),
    }
    gone = {note.words for note in change.triples_removed}
    assert {("Cy Duncan", "MARRIED_TO", "Bo Ryan"), ("Latvia", "PART_OF", "Ruritania")} <= gone
    assert change.counts["triples_removed"] == len(gone)


def test_the_record_of_the_last_build_is_no_part_of_the_graph(ws, tmp_path):
    """From scratch, the same state and export come out, though the record differs; a preview and a build with nothing to do keep it."""
    graph = ws.source()
    before, state = read(graph.derived), graph.state
    assert int(state, 16) == graph.derived.state_from_rows()
    graph.derived.close()
    assert not ws.build().changed
    ws.build(preview=True)
    assert ws.overview().change == before
    with Workspace(tmp_path / "scratch", create=True, models=ToyModels()) as fresh:
        fresh.use("toy")
        put(
            fresh,
            {uri: text for uri, text in DOCUMENTS.items() if uri != "s/d"},
            title=f'"{EVIL}',
            url="javascript:alert(1)",
            date="2020-03-01T10:00:00",
        )
        put(fresh, {"r/f": "Eve Ryan works for Gamma Co. Eve Ryan lives in Latvia."})
        fresh.extract()
        for judgement in ws.judgements():
            fresh.judge(judgement)
        fresh.build()
        other = fresh.overview()
        for each in (ws, fresh):
            each.export(tmp_path / f"{each.path.name.strip('<>')}.jsonl", provenance="full")
    assert other.change.scratch and other.change != before
    assert other.status.state == state
    assert (tmp_path / "scratch.jsonl").read_bytes() == (tmp_path / "kg.jsonl").read_bytes()
    assert b"last_change" not in (tmp_path / "kg.jsonl").read_bytes()


def test_an_entity_that_goes_into_another_says_into_which(tmp_path):
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as made:
        made.use("toy")
        put(made, {"r/a": "Ann Duncan works for Acme Co.", "r/b": "Bea Moran works for Acme Co."})
        made.extract()
        made.build()
        made.merge("Ann Duncan", "Bea Moran")
        made.build()
        change = made.overview().change
    (gone,) = change.entities_removed
    assert {gone.name, *gone.into} <= {"Ann Duncan", "Bea Moran"} and len(gone.into) == 1
    assert change.counts["entities_redirected"] == 1
    assert change.counts["triples_removed"] == 1 == len(change.triples_removed)


def test_a_report_is_a_function_of_the_graph(ws, page, tmp_path):
    ws.report(tmp_path / "a.html")
    ws.report(tmp_path / "b.html.gz")
    import gzip

    assert (tmp_path / "a.html").read_text("utf-8") == page
    assert gzip.decompress((tmp_path / "b.html.gz").read_bytes()).decode() == page


def test_an_imported_graph_has_a_report_too(ws, tmp_path):
    ws.export(tmp_path / "g.jsonl", provenance="full")
    with Workspace(tmp_path / "copy", create=True) as copy:
        copy.import_file(tmp_path / "g.jsonl")
        copied, text = copy.overview(), render(copy.overview())
    original = ws.overview()
    assert copied.relations == original.relations and copied.types == original.types
    assert [told.fact for told in copied.best] == [told.fact for told in original.best]
    assert "imported from g.jsonl" in text and copied.change is None and copied.fit.fits
    parser = Balance()
    parser.feed(text)
    assert parser.open == []


# ── pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("documents", "rows", "reasons"),
    [
        (10, [("MARRIED_TO", 4)], ["4 facts in 10 documents", "100% of all facts are MARRIED_TO"]),
        (10, [("MARRIED_TO", 5), ("IN_PARTY", 5), ("HAS_CEO", 5)], []),
        (10, [("MARRIED_TO", 50), ("IN_PARTY", 30), ("HAS_CEO", 20)], ["80% of all facts are MARRIED_TO and IN_PARTY"]),
        (10, [("MARRIED_TO", 50), ("IN_PARTY", 29), ("HAS_CEO", 21)], []),
        (
            10,
            [("IN_COUNTRY", 30), ("CITIZEN_OF", 20), ("LOCATED_IN", 20), ("ON_CONTINENT", 5), ("HAS_CEO", 4)],
            ["beside those that only say where something lies or belongs (IN_COUNTRY, CITIZEN_OF, LOCATED_IN, …: 95%), there are 4 facts in 10 documents"],
        ),
        (10, [("IN_COUNTRY", 30), ("CITIZEN_OF", 20), ("LOCATED_IN", 20), ("HAS_CEO", 5)], []),
        (0, [], []),
    ],
)  # fmt: skip
def test_a_schema_that_hardly_fits_is_said_with_places_told_apart(documents, rows, reasons):
    found = fit(documents, rows, load_schema())
    assert list(found.reasons) == reasons
    assert found.fits is not bool(reasons)


def test_a_schema_of_two_relations_is_not_blamed_for_having_no_more():
    schema = load_schema()
    small = type(schema)(schema.types, schema.relations[:2])
    assert fit(10, [("A", 50), ("B", 30)], small).fits


def entity(id):
    return Entity(id, "Person", id, (), (), 1, 1, 9000)


def fact(subject, predicate, target):
    return Fact(
        Triple(subject + predicate + target, subject, predicate, target, 9000, 1, 1, Scope.STATED, "", ""),
        entity(subject),
        entity(target),
    )


def test_places_take_no_more_than_their_share_while_others_have_something_to_say():
    facts = [fact(f"p{n}", "IN_COUNTRY" if n % 2 else "LOCATED_IN", "us") for n in range(40)]
    facts += [fact("a", "HAS_CEO", "b"), fact("b", "HAS_CEO", "a"), *(fact("a", "IN_PARTY", f"q{n}") for n in range(5))]
    labels = {relation.name: kind(relation.labels, relation.name) for relation in load_schema().relations}
    chosen = varied(facts, 8, lambda f: labels[f.triple.predicate])
    assert [f.triple.predicate for f in chosen] == [
        "LOCATED_IN",
        "IN_COUNTRY",
        "LOCATED_IN",
        "IN_COUNTRY",
        "HAS_CEO",
        *["IN_PARTY"] * 3,
    ]
    assert len(varied(facts[:40], 8, lambda _: "places")) == 8  # where there is nothing else, they take all


def test_the_first_query_asks_for_people_before_it_asks_where_places_lie(tmp_path, monkeypatch):
    monkeypatch.setitem(RELATIONS, "lies in", "P17")
    places = "Latvia lies in Ruritania. Estonia lies in Ruritania. Livonia lies in Ruritania."

    def asked(ws, documents):
        put(ws, documents)
        ws.extract()
        ws.build()
        with ws.source() as graph:
            fact = most_telling(graph.derived, ws.schema())
        return fact and (fact.subject.name, fact.triple.predicate, fact.object.name)

    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        assert asked(ws, {"r/a": "Bo Ryan was born on 1947."}) is None
        assert asked(ws, {"r/b": places})[1:] == ("IN_COUNTRY", "Ruritania")
        assert asked(ws, {"r/c": "Bo Ryan married Cy Duncan."})[1] == "MARRIED_TO"
        people = "Bo Ryan works for Acme Co. Cy Duncan works for Acme Co."
        assert asked(ws, {"r/d": people, "r/e": "Yes, Cy Duncan works for Acme Co."}) == ("Cy Duncan", "EMPLOYED_BY", "Acme Co")


def test_joins_that_say_nothing_new_are_left_out():
    joins = [Join("a", "b", 9, ()), Join("b", "c", 8, ()), Join("a", "c", 7, ()), Join("d", "e", 6, ())]
    assert list(tree(joins)) == [joins[0], joins[1], joins[3]]


def test_a_longer_form_wins_and_words_are_whole():
    assert marked("Ann & Annie met Ann B. Co.", ["Ann"], ["Ann B. Co"]) == (
        '<mark class="head">Ann</mark> &amp; Annie met <mark class="head">Ann</mark> B. Co.'
    )
    assert (
        marked("Annie  <i>\n met Bo", ["Annie"], ["Bo", ""])
        == '<mark class="head">Annie</mark> &lt;i&gt; met <mark class="tail">Bo</mark>'
    )


def test_ends_are_marked_where_no_space_parts_them_from_other_words():
    assert (
        marked("马云出生于杭州。", ["马云"], ["杭州"]) == '<mark class="head">马云</mark>出生于<mark class="tail">杭州</mark>。'
    )
    assert marked("นายทักษิณเกิดที่ดูไบ", ["ทักษิณ"], ["ดูไบ"]).count("<mark") == 2
    assert marked("التقى أحمد", ["حمد"], [""]) == "التقى أحمد"


def test_names_and_quotes_run_in_the_direction_of_their_script(page):
    assert re.search(r"blockquote, mark[^{]*\{ unicode-bidi: plaintext; \}", page)


def test_a_long_quote_is_shown_around_its_marks():
    quote = f"{'word ' * 300}Ann met Bo {'word ' * 300}".strip()
    shown = marked(quote, ["Ann"], ["Bo"])
    assert '<mark class="head">Ann</mark> met <mark class="tail">Bo</mark>' in shown
    assert shown.startswith("… word ") and shown.endswith(" word …")
    assert len(re.sub("<[^>]*>", "", shown)) < LONGEST + 50


@pytest.mark.parametrize(
    "told",
    [{}, {"calibration_error": None}, {"calibration_error": {"links": "?"}}, {"user_documents": {"groups": {"other": None}}}],
)
def test_a_model_that_says_nothing_of_its_calibration_is_taken_at_that(told):
    assert _measured(told) == Measured()


def test_what_the_shipped_model_says_of_itself_is_read():
    from kgbuild.pipeline.models import model_path

    told = json.loads((model_path("default") / "metrics.json").read_text("utf-8"))
    found = _measured(told)
    assert dict(found.errors) == {"mentions": told["calibration_error"]["spans"], "facts": told["calibration_error"]["links"]}
    for row in found.precision:
        assert 0 < row.low <= row.share <= row.high <= 1


def test_what_only_got_another_id_is_counted_and_not_listed():
    before = [EntityNote("1", "Person", "Ann", 2, ("Ann",)), EntityNote("2", "Person", "Bo", 1)]
    after = [EntityNote("3", "Person", "Ann", 2), EntityNote("4", "Place", "Bo", 1)]
    assert _without_moves(after, before) == ((after[1],), (before[1],))


def test_a_record_of_a_large_change_stays_small_and_keeps_the_best_known():
    gathered = Changes()
    for n in range(1000):
        gathered.entity_removed(Entity(f"{n:04}", "Person", f"P{n}", (), (), n % 500, 1, 1), ())
    rows = gathered._entities_removed.best()
    assert len(rows) == MOST
    assert [(row[0], row[1]) for row in rows[:3]] == [(499, "0499"), (499, "0999"), (498, "0498")]


def test_a_model_that_is_sure_of_no_name_is_not_taken_for_a_schema_that_does_not_fit(tmp_path):
    class Weak(ToyModels):
        def describe(self, name):
            sets = tuple((set, (("", "span", 10_000 if set == "default" else 1_800),)) for set in ("benchmark", "default"))
            return replace(super().describe(name), thresholds=sets)

    with Workspace(tmp_path / "kg", create=True, models=Weak()) as ws:
        ws.add_records([{"id": "a", "text": DOCUMENTS["r/b"]}])
        ws.extract()
        ws.build()
        told = ws.schema_fit()
        assert told.fits
        assert told.unread.startswith("The graph is empty since the model default is sure enough of no name")
        assert 'thresholds = "benchmark" under [build] in kgbuild.toml takes them' in told.unread
        (tmp_path / "kg" / "kgbuild.toml").write_text('[build]\nthresholds = "benchmark"\n', "utf-8")
        ws.build()
        assert ws.schema_fit().unread == ""
