"""The four promises and the one for the unlucky, on random histories with a deterministic toy extractor.

Whatever is added, edited, deleted, renamed, judged, undone, switched or killed on the way: the canonical export equals that of a
workspace made from scratch of what is there at the end.
"""

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from kgbuild.errors import BuildError, NotFound
from kgbuild.pipeline.listing import State
from kgbuild.pipeline.workspace import Workspace
from kgbuild.records import ANYWHERE, Anchor, Judgement, Verdict
from kgbuild.schema import shipped_schema
from kgbuild.workspace import database
from tests.toy import ToyModels

PEOPLE = ["Ann Duncan", "Duncan", "Bo Ryan", "Ryan", "Dr. Ann Duncan", "A. Duncan"]
THINGS = ["Acme Widget Co", "AWC", "Acme Widget Co (AWC)", "Beta Inc. Co", "Beta Co", "Latvia", "USA", "Ruritania"]
VERBS = ["works for", "lives in", "married", "part of", "has part", "met", "born on"]
NAMES = st.sampled_from(PEOPLE + THINGS)
sentence = st.builds("{} {} {}.".format, NAMES, st.sampled_from(VERBS), st.one_of(NAMES, st.sampled_from(["1947", "1950"])))
paragraph = st.lists(sentence, min_size=1, max_size=3).map(" ".join)
text = st.lists(st.one_of(paragraph, st.just("Footer of Acme Widget Co.")), min_size=1, max_size=3).map("\n\n".join)
uri = st.sampled_from(["a.txt", "b.txt", "c.md", "sub/a.txt", "sub/d.txt", "e.txt", "rows.csv"])


PREDICATES = st.sampled_from(["EMPLOYED_BY", "MARRIED_TO", "PART_OF", "DATE_OF_BIRTH"])
YEARS = st.sampled_from(["1947", "1950"])
PRIVACY = "[privacy]\npatterns = { PERSON = 'Duncan|Bo Ryan' }\n"
VERB_PREDICATES = {"works for": "EMPLOYED_BY", "married": "MARRIED_TO", "part of": "PART_OF", "lives in": "LIVED_IN"}
STATED = re.compile(
    f"({'|'.join(map(re.escape, PEOPLE + THINGS))}) ({'|'.join(VERB_PREDICATES)}) ({'|'.join(PEOPLE + THINGS)})"
)


BESIDE = '[extractors]\nuse = ["model", "terms:terms.csv", "patterns:patterns.jsonl"]\n'
ALONE = '[extractors]\nuse = ["terms:terms.csv", "patterns:patterns.jsonl"]\n'
PATTERN = """{"relation": "EMPLOYED_BY", "pattern": [{"HEAD": "Person"}, {"LOWER": "met"}, {"TAIL": "Organization"}]}"""
TERMS = st.dictionaries(
    st.sampled_from(["1", "2", "3"]), st.tuples(NAMES, st.sampled_from(["", *PEOPLE, *THINGS])), min_size=0, max_size=3
)


def type_of(form):
    """The type that the toy gives a name."""
    return "Organization" if "Co" in form or form.isupper() else "Location" if form.endswith("ia") else "Person"


class Killed(BaseException):
    """Stands for the death of the process: nothing may catch it and go on."""


class History(RuleBasedStateMachine):
    """Random histories of a workspace beside the model of what should be there: files, judgements, the model in use."""

    @initialize()
    def start(self):
        self.home = Path(tempfile.mkdtemp())
        self.folder = self.home / "docs"
        self.folder.mkdir()
        self.models = ToyModels()
        self.ws = Workspace(self.home / "kg", create=True, models=self.models)
        self._write_terms({})
        self.other_schema = self.home / "other.yaml"
        other = shipped_schema().read_text("utf-8").replace("EMPLOYED_BY", "WORKS_FOR").replace(", functional: true", "")
        self.other_schema.write_text(other, "utf-8")
        self.model, self.schema = "toy", "default"
        self.ws.use(self.model)
        self.words: dict[int, Judgement] = {}
        self.records: dict[str, str] = {}

    def teardown(self):
        if hasattr(self, "ws"):
            self.ws.close()
            shutil.rmtree(self.home)

    # what a user does

    @rule(name=uri, body=text)
    def write(self, name, body):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        rows = "\n".join(f"{number},{row}" for number, row in enumerate(body.split("\n\n")))
        path.write_text(f"id,text\n{rows}\n" if path.suffix == ".csv" else body, "utf-8")

    @rule(data=st.data())
    def delete(self, data):
        if files := self._files():
            data.draw(st.sampled_from(files)).unlink()

    @rule(data=st.data(), name=uri)
    def rename(self, data, name):
        files = self._files()
        target = self.folder / name
        if files and not target.exists():
            target.parent.mkdir(exist_ok=True)
            data.draw(st.sampled_from(files)).rename(target)

    @rule(data=st.data(), name=uri)
    def copy(self, data, name):
        files = self._files()
        if files:
            chosen = data.draw(st.sampled_from(files))
            target = self.folder / name
            if target.suffix == chosen.suffix and target != chosen:
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(chosen.read_bytes())

    @rule(id=st.sampled_from("pq"), body=text)
    def record(self, id, body):
        """A record whose root has the name of the folder: no file of it, and not gone because the folder lacks it."""
        self.records[id] = body

    @precondition(lambda self: self.records)
    @rule(data=st.data())
    def forget_a_record(self, data):
        id = data.draw(st.sampled_from(sorted(self.records)))
        del self.records[id]
        with contextlib.suppress(NotFound):  # it was not added yet
            self.ws.remove([f"docs#{id}"])

    @rule(verdict=st.sampled_from([Verdict.SAME, Verdict.DIFFERENT]), data=st.data())
    def judge_pair(self, verdict, data):
        self._judge(verdict, self._anchor(data), self._anchor(data), "")

    @rule(data=st.data(), value=st.sampled_from(["Zed", "Yan"]))
    def judge_name(self, data, value):
        self._judge(Verdict.NAME, self._anchor(data), None, value)

    @rule(data=st.data(), value=st.sampled_from(["Person", "Organization", "No such type"]))
    def judge_type(self, data, value):
        self._judge(Verdict.TYPE, self._anchor(data), None, value)

    @rule(data=st.data(), verdict=st.sampled_from([Verdict.RIGHT, Verdict.WRONG]))
    def judge_entity(self, data, verdict):
        self._judge(verdict, self._anchor(data), None, "")

    @rule(data=st.data(), verdict=st.sampled_from([Verdict.RIGHT, Verdict.WRONG]), predicate=PREDICATES)
    def judge_fact(self, data, verdict, predicate):
        left = self._anchor(data)
        right = Anchor("", data.draw(YEARS), "date") if predicate == "DATE_OF_BIRTH" else self._anchor(data, left.uri)
        self._judge(verdict, left, right, predicate)

    @rule(data=st.data())
    def judge_what_a_document_says(self, data):
        """Accept or reject a fact of some sentence, as written there, or wherever these names stand."""
        facts = [(f, m) for f in self._files() for m in STATED.finditer(f.read_text("utf-8"))]
        if facts:
            file, found = data.draw(st.sampled_from(facts))
            uri = data.draw(st.sampled_from([f"docs/{file.relative_to(self.folder)}", ANYWHERE]))
            verdict = data.draw(st.sampled_from([Verdict.RIGHT, Verdict.RIGHT, Verdict.WRONG]))
            left, right = (Anchor(uri, name, type_of(name)) for name in (found[1], found[3]))
            self._judge(verdict, left, right, VERB_PREDICATES[found[2]])

    @rule(data=st.data())
    def judge_then_undo_is_the_identity(self, data):
        """One more word and its undo, with builds between, leave no trace."""
        self._run()
        before = canonical(self.ws)
        for verdict in (Verdict.WRONG, Verdict.SAME, Verdict.RIGHT):
            left, right = self._anchor(data), self._anchor(data)
            value = "EMPLOYED_BY" if verdict is Verdict.RIGHT else ""
            try:
                number = self.ws.judge(Judgement(0, verdict, left, right if verdict is not Verdict.WRONG else None, value))
            except BuildError:
                continue
            self.ws.build()
            self.ws.undo(number)
        self.ws.build()
        assert canonical(self.ws) == before

    @precondition(lambda self: self.words)
    @rule(data=st.data())
    def undo(self, data):
        number = data.draw(st.sampled_from(sorted(self.words)))
        self.ws.undo(number)
        del self.words[number]

    @rule(name=st.sampled_from(["toy", "toy2", "strict"]))
    def switch(self, name):
        self.ws.use(name, schema=self.schema)
        self.model = name

    @rule(other=st.booleans())
    def use_a_schema(self, other):
        """One that calls a relation otherwise and allows several objects where the shipped one allows one."""
        self.schema = self.other_schema if other else "default"
        self.ws.use(self.model, schema=self.schema)

    @rule(
        setting=st.sampled_from(["", "[build]\nmin_confidence = 0.7\n", '[build]\nscope = "stated"\n', PRIVACY]),
        extractors=st.sampled_from(["", BESIDE, BESIDE, ALONE]),
    )
    def configure(self, setting, extractors):
        (self.home / "kg" / "kgbuild.toml").write_text(setting + extractors, "utf-8")

    @rule(rows=TERMS)
    def edit_terms(self, rows):
        """Another list of a person's own names, for those who use one."""
        self._write_terms(rows)

    def _write_terms(self, rows):
        lines = ["name,type,id,iri,aliases", *(f"{name},{type_of(name)},{id},,{alias}" for id, (name, alias) in rows.items())]
        (self.home / "kg" / "terms.csv").write_text("\n".join(lines), "utf-8")
        (self.home / "kg" / "patterns.jsonl").write_text(PATTERN, "utf-8")

    @rule()
    def run(self):
        before = rows(self.ws)
        *_, built = self._run()
        after = rows(self.ws)
        for kind, (old, new) in {"entities": (before[0], after[0]), "triples": (before[1], after[1])}.items():
            told = [getattr(built, f"{kind}_{what}") for what in ("added", "removed", "changed")]
            kept = old.keys() & new.keys()
            assert told == [len(new.keys() - kept), len(old.keys() - kept), sum(old[id] != new[id] for id in kept)]
        self._compare()

    @rule(at=st.integers(1, 12))
    def run_and_be_killed(self, at):
        """Die at the at-th commit, before or after it, then run again."""
        left = at

        def fault(where):
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed

        original, database.fault = database.fault, fault
        try:
            with contextlib.suppress(Killed):
                self._run()
        finally:
            database.fault = original
            self.ws.close()
            self.ws = Workspace(self.home / "kg", models=self.models)
        self._run()
        self._compare()

    @rule()
    def lose_the_graph(self):
        self.ws.close()
        for path in (self.home / "kg").glob("graph.db*"):
            path.unlink()
        self.ws = Workspace(self.home / "kg", models=self.models)

    @rule(data=st.data())
    def remove(self, data):
        """What is removed and still lies on the disk comes back with the next run."""
        if uris := [source.uri for source in self.ws.documents()]:
            self.ws.remove([data.draw(st.sampled_from(uris))])

    @rule()
    def collect_what_nobody_needs(self):
        self.ws.gc()

    @rule(way=st.sampled_from([{"rebuild": True}, {"preview": True}, {"partial": True}]))
    def build_in_another_way(self, way):
        with contextlib.suppress(BuildError):  # not all is extracted, or read under the rules of privacy
            self.ws.build(**way)

    @rule()
    def extract_by_force(self):
        self.ws.extract(force=True)

    @rule()
    def twice_is_once(self):
        self._run()
        before = len(self.models.calls)
        opened = []
        original, database.fault = database.fault, opened.append
        try:
            added, extracted, built = self._run()
        finally:
            database.fault = original

        assert not opened
        assert len(self.models.calls) == before
        assert (added.added, added.changed, added.removed, extracted.extracted, built.changed) == (0, 0, 0, 0, False)

    # what must hold

    def _run(self):
        self._add_records(self.ws)
        added = self.ws.add([self.folder], sync=True, accept=True, extract_ahead=True)
        extracted = self.ws.extract()
        return added, extracted, self.ws.build()

    def _compare(self):
        """The graph equals one from scratch, and its state is the sum of its rows."""
        with (
            tempfile.TemporaryDirectory() as scratch,
            Workspace(Path(scratch) / "kg", create=True, models=self.models) as fresh,
        ):
            for name in ("kgbuild.toml", "terms.csv", "patterns.jsonl"):
                shutil.copy(self.home / "kg" / name, Path(scratch) / "kg" / name)
            if (self.home / "kg" / "privacy.salt").exists():  # what two workspaces share whose placeholders must agree
                shutil.copy(self.home / "kg" / "privacy.salt", Path(scratch) / "kg" / "privacy.salt")
            fresh.use(self.model, schema=self.schema)
            fresh.add([self.folder])
            self._add_records(fresh)
            fresh.extract()
            for judgement in self._in_another_order(fresh):
                fresh.judge(judgement)
            fresh.build()
            expected, actual = canonical(fresh), canonical(self.ws)

            assert expected == actual
            with self.ws.source() as graph, fresh.source() as anew:
                assert int(graph.state, 16) == graph.derived.state_from_rows()
                assert graph.state == anew.state

    def _add_records(self, ws):
        ws.add_records([{"id": id, "text": body} for id, body in self.records.items()], name="docs")

    def _in_another_order(self, fresh):
        """Judgements backwards, names and types (of which the last word counts) in their order; as given where some contradict."""
        given = [self.words[number] for number in sorted(self.words)]
        if any(standing.state == State.SET_ASIDE for standing in self.ws.standings()):
            return given
        calls = [j for j in given if j.verdict in (Verdict.NAME, Verdict.TYPE)]
        return [j for j in reversed(given) if j not in calls] + calls

    def _files(self):
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def _anchor(self, data, at=None):
        form = data.draw(NAMES)
        return Anchor(at or data.draw(st.one_of(st.just(ANYWHERE), uri.map("docs/{}".format))), form, type_of(form))

    def _judge(self, verdict, left, right, value):
        judgement = Judgement(0, verdict, left, right, value)
        try:
            number = self.ws.judge(judgement)
        except BuildError:
            return  # it contradicts an earlier one
        self.words[number] = judgement


def rows(ws):
    """Entities and triples by id, as the graph holds them, with their evidence."""
    try:
        with ws.source() as graph:
            found = graph.derived
            return {e.id: e for e in found.entities()}, {t.id: (t, found.statements_of(t.id)) for t in found.triples()}
    except BuildError:  # nothing is built yet
        return {}, {}


def canonical(ws):
    """The canonical export, as bytes."""
    import io

    stream = io.BytesIO()
    ws.export(stream, format="jsonl", provenance="full")
    return stream.getvalue()


History.TestCase.settings = settings(
    max_examples=int(os.environ.get("KGBUILD_TEST_EXAMPLES", "8")),
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestHistory = pytest.mark.timeout(900)(History.TestCase)
