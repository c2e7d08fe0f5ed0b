import pytest

from kgbuild.pipeline.passages import read_texts

COLUMNS = "Ann B-PER\nlives O\nin O\nLatvia B-LOC\n. O\n"
ROWS = '{"tokens": ["Bo", "rests", "."], "entities": [{"type": "PER", "start": 0, "end": 1}], "relations": []}\n'


@pytest.mark.parametrize(
    ("name", "content", "text"), [("a.txt", COLUMNS, "Ann lives in Latvia."), ("b.jsonl", ROWS, "Bo rests.")]
)
def test_an_annotated_file_gives_its_texts_without_its_labels(tmp_path, name, content, text):
    (tmp_path / name).write_text(content, "utf-8")
    found = read_texts([tmp_path / name])
    assert [each.text for each in found.texts] == [text]
    assert found.annotated == [str(tmp_path / name)]
