"""Plain text: paragraphs, lists, encodings."""

import gzip

import pytest

from tests.documents.helpers import blocks, reading, texts


def test_wrapped_lines_are_joined_and_blank_lines_part_paragraphs():
    text = "The General Services Administration announced on Tuesday\nthat it would make a new site.\n\n\nA second paragraph.\n"
    assert texts(reading("a.txt", text)) == [
        "The General Services Administration announced on Tuesday that it would make a new site.",
        "A second paragraph.",
    ]


def test_lines_that_are_not_wrapped_stay_apart():
    assert texts(reading("a.txt", "Ann Smith\nDirector\nGSA\n")) == ["Ann Smith", "Director", "GSA"]


def test_list_marks_make_items_and_underlines_make_headings():
    found = blocks(reading("a.txt", "Agenda\n======\n- First thing\n- Second thing\n1. Third thing\n"))
    assert found == [
        ("heading", "Agenda"),
        ("list_item", "First thing"),
        ("list_item", "Second thing"),
        ("list_item", "Third thing"),
    ]


def test_initials_are_no_list_marks():
    assert texts(reading("a.txt", "A. Smith went home.")) == ["A. Smith went home."]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("Zoë".encode(), "Zoë"),
        (b"\xef\xbb\xbf" + "Zoë".encode(), "Zoë"),
        (b"\xff\xfe" + "Zoë".encode("utf-16-le"), "Zoë"),
        (b"\xfe\xff" + "Zoë".encode("utf-16-be"), "Zoë"),
        (b"\xff\xfe\0\0" + "Zoë".encode("utf-32-le"), "Zoë"),
        ("Zoë’s café “quoted” — and more of it".encode("cp1252"), "Zoë’s café “quoted” — and more of it"),
        (("Москва — столица России. " * 20).encode("cp1251"), ("Москва — столица России. " * 20).strip()),
    ],
)
def test_encodings_are_detected(data, expected):
    assert texts(reading("a.txt", data)) == [expected]


POLISH = "Łukasz Wójcik pracuje w firmie Żabka. Spółka została założona przez Mariusza Świtalskiego."
GERMAN = "Die Straße nach Köln – über „Österreich“ – kostet 5 £ oder 3 € für Acme® hat’s."
SPANISH = "¿Dónde está José Núñez? ¡En Málaga!"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (POLISH, "cp1250"), (POLISH, "iso8859-2"), (SPANISH, "mac_roman"), (GERMAN, "mac_roman"), (SPANISH, "cp1252"),
        (GERMAN, "cp1252"),
    ],
)  # fmt: skip
def test_latin_letters_are_read_in_the_encoding_in_which_they_make_words(text, encoding):
    result = reading("a.txt", text.encode(encoding))
    assert texts(result) == [text]
    western = "read as windows-1252: the bytes are not UTF-8"
    assert result.notices == (western if encoding == "cp1252" else f"read as {encoding}: a guess, the bytes are not UTF-8",)


def test_a_guessed_encoding_is_said():
    assert "windows-1252" in reading("a.txt", "Zoë’s café".encode("cp1252")).notices[0]


def test_gz_is_unpacked():
    assert texts(reading("a.txt.gz", gzip.compress(b"Hello there."))) == ["Hello there."]


@pytest.mark.parametrize("data", [b"", b"   \n\n ", b"----\n....\n"])
def test_a_file_without_letters_has_no_text(data):
    assert reading("a.txt", data).source.outcome == "no_text"


@pytest.mark.parametrize("beginning", ["", "a"])
def test_an_encoding_is_guessed_of_whole_characters_where_the_sample_ends_inside_of_one(beginning):
    found = reading("a.txt", (beginning + "日本語の文章です。東京は大きい。" * 8_000).encode("shift_jis"))
    assert found.document.text.startswith(beginning + "日本語の文章です。")
    assert found.notices == ("read as cp932: a guess, the bytes are not UTF-8",)


def test_a_bad_byte_of_utf_8_does_not_make_mojibake_of_what_stands_late():
    found = reading("a.txt", ("plain words. " * 20_000 + "\n\nZürich ist schön. ").encode() + b"\xff")
    assert "Zürich ist schön." in found.document.text


def test_many_packed_members_are_read_in_linear_time_and_padding_between_them_is_none():
    member = gzip.compress(b"Ann Smith works here.\n\n", mtime=0)
    found = reading("a.txt.gz", (member + b"\0\0") * 10_000)
    assert found.document.text.count("Ann Smith") == 10_000
    assert reading("a.txt.gz", member * 3 + member[:-5]).source.reason == "gzip data that breaks off"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Ann Smith works.", "Zoë Müller’s office."])
def test_utf_16_without_a_mark_is_read_and_said(encoding, text):
    result = reading("a.txt", (f"{text}\r\n" * 3).encode(encoding))
    assert texts(result) == [text] * 3
    assert result.notices == (f"read as {encoding}: a guess, no byte order mark says so",)


def test_a_few_nul_bytes_make_no_utf_16():
    assert texts(reading("a.txt", b"Ann\0Smith left it")) == ["Ann\ufffdSmith left it"]
    assert reading("a.txt", bytes(range(256)) * 8).source.outcome == "quarantined"


def test_files_of_two_encodings_put_together_are_read_as_both():
    result = reading("a.txt", "Zürich über Köln grüßt.\n".encode() * 3 + "Café Müller “x” naïve.\n".encode("cp1252") * 3)
    assert texts(result) == ["Zürich über Köln grüßt."] * 3 + ["Café Müller “x” naïve."] * 3
    assert result.notices == ("15 bytes that are not UTF-8 were read as windows-1252",)


def test_a_line_of_nothing_but_odd_spaces_is_empty():
    one = "Para one is a long line that was not wrapped but goes on and on."
    assert texts(reading("a.txt", f"{one}\n\xa0\nPara two follows.\n\u2003 \nThree.")) == [one, "Para two follows.", "Three."]


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252"])
def test_utf_8_that_is_declared_as_latin_is_read_as_what_it_is_and_said(declared):
    page = f'<html><head><meta charset="{declared}"><title>x</title></head><body><p>Café Zoë’s</p></body></html>'
    result = reading("a.html", page.encode())
    assert texts(result)[-1] == "Café Zoë’s"
    assert result.notices == (f"declared as {declared}, but the bytes are UTF-8, and read as such",)
    assert texts(reading("a.html", page.replace("’", "").encode("latin-1")))[-1] == "Café Zoës"


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Ann is a well-\nknown name.", "Ann is a well-known name."),
        ("The infor-\n  mation is here. More information.", "The information is here. More information."),
        ("In pre-\nand post-war times.", "In pre- and post-war times."),
        ("A dash -\nand more.", "A dash - and more."),
    ],
)
def test_a_word_that_is_parted_at_a_lines_end_is_one(text, joined):
    assert texts(reading("a.txt", text)) == [joined]
