"""What is counted is said in the singular where it is one."""

import pytest

from kgbuild.counts import count_words, counted
from kgbuild.documents.walk import kind_of
from tests.documents.helpers import reading, readings


@pytest.mark.parametrize(("number", "said"), [(0, "0 rows have"), (1, "1 row has"), (2_281, "2,281 rows have")])
def test_a_number_with_its_noun(number, said):
    assert counted(number, "row has", "rows have") == said
    assert counted(number, "row") == said.rsplit(" ", 1)[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Two  words\n", 2),
        ("café au lait", 3),
        ("安格拉·默克尔生于1954年。", 12),
        ("東京 2020", 3),
        ("서울은 수도다", 2),
    ],
)
def test_words_stand_between_white_space_and_each_character_of_chinese_is_one(text, words):
    assert count_words(text) == words


def test_notices_of_readers_about_one():
    header = "id,text,note\n"
    good = "".join(f"{i},A text that is long enough to be one.,x\n" for i in range(3))
    (few, *_) = readings("a.csv", f"{header}9,A text that is long enough to be one.\n{good}")
    assert "1 row has fewer cells than the header, the first in line 2" in few.notices
    (many, *_) = readings("a.csv", f"{header}9,A text that is long enough to be one.,x,y\n{good}")
    assert any(notice.startswith("1 row has more cells than the header") for notice in many.notices)
    bad = reading("a.txt", "Zoë Müller lives in Köln. ".encode() * 9 + b"\xe9 \x00")
    assert [notice for notice in bad.notices if notice.startswith("1 ")] == [
        "1 byte that is not UTF-8 was replaced",
        "1 character that no text may hold was replaced by U+FFFD",
    ]


@pytest.mark.parametrize(
    ("suffix", "one", "many"), [("/", "folder that", "folders that"), ("@", "link not", "links not"), (".x", ".x", ".x")]
)
def test_what_a_walk_passes_over(suffix, one, many):
    assert (kind_of(suffix, 1).startswith(one), kind_of(suffix, 2).startswith(many)) == (True, True)
