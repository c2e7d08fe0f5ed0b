"""`kgbuild sample`: from a workspace, documents or annotated files to tasks, and back from Label Studio."""

import json

import pytest

from kgbuild.corpora.formats import read_corpus
from kgbuild.corpora.kept import MARK
from tests.cli.conftest import ANN, BO


def rows(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def exported(tasks):
    """What Label Studio exports after somebody has accepted every prediction, as its version 1.20 writes it."""
    return [
        {
            "id": 100 + number, "data": task["data"], "predictions": [7], "drafts": [], "meta": {}, "project": 1, "total_annotations": 1,
            "annotations": [
                {
                    "id": number, "completed_by": 1, "was_cancelled": False, "ground_truth": False, "prediction": {}, "result_count": 0,
                    "result": [
                        result | ({"origin": "prediction"} if result["type"] == "labels" else {})
                        for result in task["predictions"][0]["result"]
                    ],
                }
            ],
        }
        for number, task in enumerate(tasks)
    ]  # fmt: skip


@pytest.fixture
def corpus(home):
    texts = [f"Ann Duncan works for Acme Widget Co since year {n} and on." for n in range(12)]
    mentions = [{"start": 0, "end": 10, "type": "Person"}, {"start": 21, "end": 35, "type": "Company"}]
    relations = [{"head": 0, "tail": 1, "label": "Employeeof"}]
    found = [{"id": f"s{n}", "text": t, "mentions": mentions, "relations": relations} for n, t in enumerate(texts)]
    (home / "pool.jsonl").write_text("".join(json.dumps(row) + "\n" for row in found), "utf-8")
    return home


def test_a_workspace_gives_tasks_with_what_its_model_sees(kgbuild, built):
    code, out, err = kgbuild("sample", "-n", "9")
    assert code == 0, err
    tasks = json.loads((built / "tasks.json").read_text("utf-8"))
    assert {task["data"]["text"] for task in tasks} == {ANN, f"On Bo\n\n{BO}"}
    assert {task["data"]["id"] for task in tasks} == {"docs/ann.txt#0", "docs/bo.md#0"}
    assert all(task["predictions"][0]["model_version"] == "default" and "annotations" not in task for task in tasks)
    results = [result for task in tasks for result in task["predictions"][0]["result"]]
    assert any(result["type"] == "relation" and result["labels"] == ["P108"] for result in results)
    assert '<Label value="PER"/>' in (built / "tasks.xml").read_text("utf-8")
    assert "tasks.json: 2 passages to label" in out and "2 passages to choose from" in err


def test_what_label_studio_gives_back_is_what_was_sent(kgbuild, built):
    kgbuild("sample", "-n", "9", "--keep", "1")
    for name in ("tasks.json", "tasks-test.json"):
        tasks = json.loads((built / name).read_text("utf-8"))
        (built / "export.json").write_text(json.dumps(exported(tasks)), "utf-8")
        corpus = read_corpus(built / "export.json")
        assert corpus.format == "labelstudio" and len(corpus.documents) == len(tasks) == 1
        (document,), (task,) = corpus.documents, tasks
        sent = [result["value"] for result in task["predictions"][0]["result"] if result["type"] == "labels"]
        assert [(m.start, m.end, m.type) for m in document.mentions] == [(v["start"], v["end"], v["labels"][0]) for v in sent]
        assert len(document.relations) == sum(result["type"] == "relation" for result in task["predictions"][0]["result"])
        assert document.name.startswith(MARK) == (name == "tasks-test.json")


def test_labels_are_those_of_ones_own_schema(kgbuild, built):
    own = "types: {Person: {from: [Human]}, Ship: {from: [Ship]}, Organization: {from: [Firm]}}\n"
    own += "relations: {EMPLOYED_BY: {from: [works], head: [Person], tail: [Organization]}, SAILS: {from: [on], head: [Person], tail: [Ship]}}\n"
    (built / "mine.yaml").write_text(own, "utf-8")
    assert kgbuild("sample", "--schema", "mine.yaml", "--to", "jsonl")[0] == 0
    found = rows(built / "sample.jsonl")
    assert {m["type"] for row in found for m in row["mentions"]} == {"Human", "Firm"}
    assert {r["label"] for row in found for r in row["relations"]} == {"works"}
    kgbuild("sample", "--schema", "mine.yaml")
    assert '<Label value="Ship"/>' in (built / "tasks.xml").read_text("utf-8")
    assert '<Relation value="on"/>' in (built / "tasks.xml").read_text("utf-8")


def test_passages_are_cut_into_what_is_labelled_at_once(kgbuild, built):
    assert kgbuild("sample", "--words", "10", "--to", "jsonl", "--per-document", "9")[0] == 0
    found = rows(built / "sample.jsonl")
    assert {row["text"] for row in found if row["id"].startswith("docs/ann")} == {
        "Ann Duncan works for Acme Widget Co. Ann Duncan lives in Latvia.",
        "Bo Ryan works for Acme Widget Co.",
    }  # the first is one sentence: Co. ends none before a name
    assert {row["text"] for row in found} > {"Bo Ryan works for Acme Widget Co."}
    assert all(
        row["text"][m["start"] : m["end"]][0].isupper() or row["text"][m["start"]].isdigit()
        for row in found
        for m in row["mentions"]
    )
    assert any(row["id"] == "docs/ann.txt#0@0" for row in found)


def test_an_annotated_file_is_sampled_with_its_labels(answer, corpus):
    report = answer(
        "sample", "-n", "4", "--from", "pool.jsonl", "--to", "jsonl", "--dev", "2", "--keep", "3", "--by", "diverse"
    )
    assert (report["pool"], report["sample"], report["dev"], report["test"], report["relations"]) == (12, 4, 2, 3, 4)
    parts = [rows(corpus / f"sample{part}.jsonl") for part in ("", "-dev", "-test")]
    assert [len(part) for part in parts] == [4, 2, 3]
    assert len({row["text"] for part in parts for row in part}) == 9
    assert all(row["id"].startswith(MARK) for row in parts[2]) and not any(
        row["id"].startswith(MARK) for row in parts[0] + parts[1]
    )
    again = answer(
        "sample", "-n", "4", "--from", "pool.jsonl", "--to", "jsonl", "--without", "sample.jsonl", "--out", "more.jsonl"
    )
    assert again["labelled"] == 4
    assert not {row["text"] for row in rows(corpus / "more.jsonl")} & {row["text"] for row in parts[0]}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sample"], "no workspace at"), (["sample", "--from", "pool.jsonl", "--keep", "12"], "12 passages to choose from, too few"),
        (["sample", "--model", "x"], "goes with TEXTS or --from"), (["sample", "--from", "pool.jsonl", "--out", "pool.jsonl"], "is there already"),
        (["sample", "nowhere"], "no such file"),
    ],
)  # fmt: skip
def test_calls_that_are_off_say_so(kgbuild, corpus, words, message):
    code, _, err = kgbuild(*words)
    assert code in (1, 2) and message in err


def test_without_extractions_it_says_what_to_run(kgbuild, home):
    kgbuild("add", "docs", "-q")
    code, _, err = kgbuild("sample")
    assert code == 1 and "run `kgbuild extract` first" in err


GERMAN = [
    f"Der Vorstand der Gesellschaft hat am {day}. März beschlossen, dass die Fabrik in Leipzig bis zum Ende des Jahres geschlossen wird."
    for day in range(1, 7)
]


def in_german(folder):
    folder.mkdir()
    for number, text in enumerate(GERMAN):
        (folder / f"{number}.txt").write_text(text, "utf-8")
    return folder


def test_passages_in_a_language_that_the_model_does_not_read_are_there_to_be_labelled(answer, kgbuild, home):
    """Nobody could begin with documents that are not in English: there were 0 passages to choose from."""
    in_german(home / "texte")
    report = answer("sample", "texte", "-n", "3", "--to", "jsonl")
    assert (report["pool"], report["sample"], report["unread"], report["left_out"], report["mentions"]) == (6, 3, 6, 0, 0)
    assert {row["text"] for row in rows(home / "sample.jsonl")} < set(GERMAN)
    code, out, _ = kgbuild("run", "texte")
    assert code == 0 and "6 passages in languages that the model does not read (all_languages = true under [build]" in out
    code, _, err = kgbuild("sample", "-n", "3", "--out", "workspace.json")
    assert code == 0 and "6 passages are in languages that default does not read: they come without labels to correct" in err
    assert len(json.loads((home / "workspace.json").read_text("utf-8"))) == 3


def test_stray_passages_in_other_languages_are_left_out_and_counted(kgbuild, home):
    (home / "docs" / "brief.txt").write_text(GERMAN[0], "utf-8")
    code, _, err = kgbuild("sample", "docs", "-n", "9")
    assert code == 0 and ", 1 in other languages left out" in err
    assert GERMAN[0] not in (home / "tasks.json").read_text("utf-8")


def test_nothing_to_choose_from_is_said_as_such(kgbuild, home):
    (home / "empty").mkdir()
    (home / "empty" / "a.txt").write_text("Too short", "utf-8")
    code, _, err = kgbuild("sample", "empty")
    assert code == 2 and "there is no passage of 5 words or more to choose from; name documents with running text" in err


def test_texts_without_spaces_have_words_too(answer, home):
    """A passage of Chinese was one word long: too short to be labelled, and never cut."""
    sentence = "公司董事会星期二决定在年底之前关闭位于重庆的工厂。"
    (home / "zh").mkdir()
    for number in "一二三四五六":
        (home / "zh" / f"{number}.txt").write_text(f"{sentence}第{number}个仓库也将搬到北京。" * 3, "utf-8")
    report = answer("sample", "zh", "-n", "3", "--words", "60", "--to", "jsonl")
    assert (report["sample"], report["short"]) == (3, 0)
    assert report["words"] > 3 * 20
    assert all(len(row["text"]) <= 80 for row in rows(home / "sample.jsonl"))


def test_labels_of_people_are_not_said_to_be_a_teachers(kgbuild, corpus):
    """A model's doubts choose among them; the labels stay those of people, and `train` says nothing of a teacher."""
    assert kgbuild("sample", "-n", "3", "--from", "pool.jsonl", "--to", "jsonl", "--out", "first.jsonl")[0] == 0
    assert not any("teacher" in row for row in rows(corpus / "first.jsonl"))
    silver = [row | {"teacher": {"model": "some"}} for row in rows(corpus / "pool.jsonl")]
    (corpus / "silver.jsonl").write_text("".join(json.dumps(row) + "\n" for row in silver), "utf-8")
    assert kgbuild("sample", "-n", "3", "--from", "silver.jsonl", "--to", "jsonl", "--out", "second.jsonl")[0] == 0
    assert all("teacher" in row for row in rows(corpus / "second.jsonl"))
