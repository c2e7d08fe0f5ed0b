"""The example watch: what comes, what is corrected and what goes becomes an alert, once; the page shows text as text."""

import json
from collections import Counter
from xml.etree import ElementTree

import pytest

from kgbuild import Workspace
from tests.toy import ToyModels

FIRST = "Ann Duncan works for Acme Widget Co. The splendid Acme Widget Co is praised <script>alert(1)</script> by all."
CORRECTED = "Ann Duncan works for Other Thing Co. Acme Widget Co is a terrible and awful failure."


@pytest.fixture(scope="module")
def watch(program):
    return program("watch/watch")


@pytest.fixture(scope="module")
def page(program):
    return program("watch/digest")


@pytest.fixture(scope="module")
def told(watch, tmp_path_factory):
    """Alerts of four rounds: a document, nothing new, the document corrected, the document gone."""
    out = tmp_path_factory.mktemp("watch")
    tone, rounds = watch.tone_of(), []
    with Workspace(out / "kg", create=True, models=ToyModels()) as ws:
        ws.add_records([{"id": "x", "text": "Bo Ryan lives in Estonia."}], name="feed")
        for number, text in enumerate((FIRST, FIRST, CORRECTED, None)):
            if text:
                record = {"id": "n", "title": "A note", "url": "https://example.com/n", "text": text}
                ws.add_records([record], name="feed")
            else:
                ws.remove(["feed#n"])
            rounds.append(watch.play(ws, ["acme widget co", "Nobody"], out, f"round {number}", tone))
    return out, rounds


def kinds(alerts):
    return [alert["kind"] for alert in alerts]


def test_a_new_document_brings_its_facts_and_what_it_says(told):
    _, (first, *_) = told
    assert kinds(first) == ["fact", "news", "round"]
    fact, news, report = first
    assert (fact["subject"], fact["relation"], fact["object"]) == ("Ann Duncan", "EMPLOYED_BY", "Acme Widget Co")
    assert fact["text"] in FIRST and fact["uri"] == "feed#n"
    assert news["tone"] > 0.05 and len(news["sentences"]) == 2 and report["documents"] == 2
    assert all(f"A note\n\n{FIRST}"[s["start"] : s["end"]] == s["text"] for s in news["sentences"])


def test_nothing_new_is_no_alert_and_nothing_is_read(told):
    _, (_, second, *_) = told
    assert kinds(second) == ["round"] and (second[0]["read"], second[0]["placed"]) == (0, 0)


def test_a_corrected_document_takes_its_fact_back_and_only_it_is_read(told):
    _, (_, _, third, _) = told
    assert kinds(third) == ["retracted", "news", "round"]
    gone, news, report = third
    assert gone["object"] == "Acme Widget Co" and gone["because"] == "feed#n was corrected"
    assert news["corrected"] == ["feed#n"] and news["tone"] < -0.05
    assert (report["read"], report["placed"], report["documents"]) == (1, 1, 2)


def test_a_document_that_goes_says_nothing_new(told):
    _, (*_, fourth) = told
    assert kinds(fourth) == ["round"] and fourth[0]["documents"] == 1


def test_alerts_are_lines_of_json_in_their_order(told):
    out, rounds = told
    lines = [json.loads(line) for line in (out / "alerts.jsonl").read_text("utf-8").splitlines()]
    assert lines == [alert for alerts in rounds for alert in alerts]


def test_a_fact_that_goes_by_another_name_is_no_change(watch):
    old = {"a": {"relation": "IN", "text": "q", "uri": "d", "subject": "Biden"}}
    new = {
        "b": {"relation": "IN", "text": "q", "uri": "d", "subject": "Joe Biden"},
        "c": {"relation": "IN", "text": "r", "uri": "d"},
    }
    assert watch.difference(old, new) == ([], [new["c"]])


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        ({"uri": "d", "document": "1"}, "d was corrected"),
        ({"uri": "e", "document": "1"}, "e was removed"),
        ({"uri": "d", "document": "2"}, "its document is as it was, but other documents or a judgement changed the graph"),
    ],
)
def test_a_retraction_says_why(watch, fact, why):
    assert watch.why_gone(fact, {"d": "2"}) == why


def test_key_words_are_those_that_stand_out(watch):
    everywhere = Counter({"year": 500, "people": 400, "rocket": 3, "launch": 4})
    here = ["rocket"] * 3 + ["launch"] * 3 + ["year"] * 3 + ["people"] * 2 + ["new"] * 40
    assert watch.key_words(here, everywhere + Counter(new=4000))[:2] == ["launch", "rocket"]


def test_the_page_shows_text_as_text_and_links_only_to_the_web(told, page):
    _, rounds = told
    rows = [alert for alerts in rounds for alert in alerts]
    for row in rows:
        for sentence in row.get("sentences", []):
            sentence = sentence | {"url": "javascript:alert(1)"}
            assert "<a" not in page._quote(sentence)
    html = page.digest(rows, ["acme widget co", "Nobody & <b>"])
    assert "<script" not in html and "&lt;script&gt;" in html and "<s>Ann Duncan EMPLOYED_BY Acme Widget Co</s>" in html
    assert 'href="https://example.com/n"' in html and "Nobody &amp; &lt;b&gt;" in html


def test_the_timeline_is_a_picture_of_all_rounds(told, page):
    _, rounds = told
    drawn = ElementTree.fromstring(page.timeline([alert for alerts in rounds for alert in alerts], ["acme widget co"]))
    texts = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"round 0", "round 1", "round 2", "round 3", "acme widget co", "+1", "−1"} <= set(texts)
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}circle"))) == 2


def test_a_feed_is_played_in_the_order_of_its_dates(watch, tmp_path):
    rows = ["date,title,text", "2020-02-01,Second,Bo Ryan lives in Estonia.", "2020-01-05,First,Ann Duncan works for Acme Co."]
    (tmp_path / "news.csv").write_text("\n".join(rows), "utf-8")
    played = list(watch.batches([tmp_path / "news.csv"], "month"))
    assert [(when, [record["title"] for record in records]) for when, records in played] == [
        ("2020-01", ["First"]),
        ("2020-02", ["Second"]),
    ]


def test_the_program_watches_a_folder_and_writes_page_and_picture(watch, tmp_path, monkeypatch, capsys):
    from kgbuild.pipeline import workspace

    monkeypatch.setattr(workspace, "ModelDirectories", ToyModels)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.txt").write_text(FIRST, "utf-8")
    (tmp_path / "list.txt").write_text("# companies\nAcme Widget Co\n\n", "utf-8")
    words = [
        "--documents",
        tmp_path / "inbox",
        "--list",
        tmp_path / "list.txt",
        "--workspace",
        tmp_path / "kg",
        "--out",
        tmp_path / "out",
    ]
    watch.main([str(word) for word in words])
    assert "round 1: 1 documents" in capsys.readouterr().out
    assert {"alerts.jsonl", "digest.html", "timeline.svg"} <= {file.name for file in (tmp_path / "out").iterdir()}
