import random
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.errors import ConfigError
from kgbuild.extraction.terms import Term, Terms, load_terms, read_terms
from kgbuild.extraction.words import keys_of, words_of
from kgbuild.records import ONE, Span, Thing

FILE = Path("terms.csv")


def terms_of(*rows):
    return Terms(read_terms(("name,type,id,iri,aliases\n" + "\n".join(rows)).encode(), FILE))


def found(terms, text):
    return [text[span.start : span.end] for span in terms.find(text).spans]


EXXON = terms_of(
    "Exxon Mobil Corporation,Organization,xom,https://example.com/xom,ExxonMobil|XOM|Exxon Corp.",
    "US,Location",
    "It,Work",
    "gene therapy,Topic",
    "北京,Location",
    "Café Noir,Organization",
    "O'Neill & Söhne,Organization",
    "मुंबई,Location",
)


@pytest.mark.parametrize(
    "text, names",
    [
        ("Exxon Mobil Corporation's plan", ["Exxon Mobil Corporation"]),
        ("Exxon  Mobil\nCorporation", ["Exxon  Mobil\nCorporation"]),
        ("Exxon\n\nMobil Corporation, Exxon\tMobil Corporation", []),
        ("EXXON MOBIL CORPORATION, ExxonMobil, EXXONMOBIL", ["EXXON MOBIL CORPORATION", "ExxonMobil", "EXXONMOBIL"]),
        ("exxon mobil corporation, exxonmobil, xom", []),
        ("Exxon Corp. and Exxon Corp, or PreExxon Corp", ["Exxon Corp.", "Exxon Corp"]),
        ("the US and us, USA", ["US"]),
        ("It or IT or it", ["It"]),
        ("Gene therapy, Gene Therapy, GENE THERAPY, gene therapy, genetherapy", ["Gene therapy", "Gene Therapy", "GENE THERAPY", "gene therapy"]),
        ("在北京大学", ["北京"]),
        ("Cafe\u0301 Noir, CAFÉ NOIR, Ｃａｆé Noir, café noir", ["Cafe\u0301 Noir", "CAFÉ NOIR", "Ｃａｆé Noir"]),
        ("O’Neill & Söhne, O'NEILL & SÖHNE", ["O’Neill & Söhne", "O'NEILL & SÖHNE"]),
        ("मुंबई, मुंबईकर", ["मुंबई"]),
        ("", []),
    ],
)  # fmt: skip
def test_names_are_found_whole_and_in_no_fewer_capitals(text, names):
    assert found(EXXON, text) == names


def test_terms_are_found_between_other_letters_in_scripts_without_spaces():
    terms = terms_of("ทักษิณ,Person", "ที่,Person", "安倍晋三,Person")
    assert found(terms, "นายทักษิณทำงาน安倍晋三は") == ["ทักษิณ", "安倍晋三"]
    assert found(terms_of("ทัก,Person"), "ทักษิณ") == ["ทัก"] and found(terms_of("ท,Person"), "ทักษิณ") == []


def test_a_mention_is_certain_and_says_which_row_it_is():
    assert EXXON.find("by XOM").spans == (
        Span(3, 6, "Organization", ONE, Thing("xom", "Exxon Mobil Corporation", "https://example.com/xom")),
    )
    assert EXXON.find("US").spans[0].thing == Thing("Location/US", "US", "")


def test_of_overlapping_terms_the_longest_stays_then_the_earliest():
    terms = terms_of("New York,Location", "York University,Organization", "New York Times,Work", "Times Square,Location")
    assert found(terms, "New York Times Square") == ["New York Times"]
    assert found(terms, "New York University") == ["York University"]
    assert found(terms, "New York Times, New York") == ["New York Times", "New York"]


def test_a_name_of_several_rows_names_none_of_them():
    terms = terms_of("Delta,Organization,air", "Delta,Organization,dental", "Mercury,Location,planet", "Mercury,Topic,metal")
    assert [span.thing for span in terms.find("Delta").spans] == [None]
    assert [(span.label, span.thing) for span in terms.find("Mercury").spans] == [("Location", Thing("planet", "Mercury"))]
    assert terms.notices == [
        "terms:3: 'delta' is also a name of 'air' (line 2)",
        "terms:5: 'mercury' is also a name of 'planet' (line 4)",
    ]


BAD = {
    b"name,kind\n": "terms.csv:1: 'kind' is no column of terms; the columns are name, type, id, iri, aliases",
    b"name,name\n": "terms.csv:1: 'name' stands twice",
    b"name,id\n": "terms.csv:1: there is no column 'type'",
    b"": "terms.csv:1: there is no column 'name'",
    b"name,type\n,Person\n": "terms.csv:2: the name is empty",
    b"name,type\nAnn,\n": "terms.csv:2: the type is empty: write a type of the schema",
    b"name,type\nAnn,Person,x\n": "terms.csv:2: 3 cells where the header has 2",
    b"name,type\nAnn\n": "terms.csv:2: 1 cells where the header has 2",
    b"name,type\n...,Person\n": "terms.csv:2: '...' has neither letter nor digit",
    b"name,type,iri\nAnn,Person,ann\n": "terms.csv:2: 'ann' is no IRI",
    b"name,type,iri\nAnn,Person,https://x> .\n": "terms.csv:2: 'https://x> .' is no IRI",
    b"name,type,id\nAnn,Person,1\n\nBo,Person,1\n": "terms.csv:4: the id '1' stands in line 2 already",
    b"name,type\nAnn,Person\nB\xff,Person\n": "terms.csv:3: byte 22 is not UTF-8",
    b'name,type\n"Ann,Person\n': "terms.csv:2: unexpected end of data",
    b'name,type\n"An\nn",Person\n,Person\n': "terms.csv:4: the name is empty",
    b"name,type\n" + b",Person\n" * 12: "… and 2 more",
}


@pytest.mark.parametrize("data, message", BAD.items())
def test_a_bad_row_is_named_with_file_line_and_what_is_wrong(data, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        read_terms(data, FILE)


def test_other_separators_a_byte_order_mark_and_quoted_cells_are_read():
    data = '\ufeffName;Type;Aliases\n"Acme; Inc.";Organization;Acme | ACM\n'.encode()
    assert read_terms(data, FILE) == [Term("Acme; Inc.", "Organization", "Organization/Acme; Inc.", "", ("Acme", "ACM"), 2)]


def test_a_missing_file_says_where_it_is_named(tmp_path):
    with pytest.raises(ConfigError, match="No such file.*kgbuild.toml"):
        load_terms(tmp_path / "terms.csv")


WORDS = [a + b for a in "bcdfgklmnprst" for b in "aeiou"]


def test_what_nobody_sees_in_a_cell_is_no_part_of_a_name():
    terms = terms_of("\u200bAcme\u00ad Corp\u200e,Organization,,,\ufeffAcmeco")

    assert found(terms, "Acme Corp or Acmeco") == ["Acme Corp", "Acmeco"]
    assert terms.terms[0].id == "Organization/Acme Corp"


def test_a_form_that_all_rows_have_costs_no_more_than_others():
    """A column of aliases may say N/A in every row: looking for each row among those before it took minutes for 100,000."""
    started = time.process_time()
    terms = Terms([Term(f"Firm {i}", "Organization", f"{i}", "", ("N/A", f"Firm {i}"), i) for i in range(30_000)])
    spans = terms.find("N/A, " * 200 + "Firm 77").spans

    assert time.process_time() - started < 4
    assert terms.shared == 29_999
    assert [span.thing for span in spans[::100]] == [None, None, Thing("77", "Firm 77", "")]


def test_a_hundred_thousand_terms_are_found_as_by_a_naive_search():
    draw = random.Random(7)
    names = {
        " ".join("".join(draw.choices(WORDS, k=2)).capitalize() for _ in range(draw.randint(1, 3))) for _ in range(100_000)
    }
    terms = Terms([Term(name, "Thing", name, "", (), n) for n, name in enumerate(sorted(names), 2)])
    text = " ".join("".join(draw.choices(WORDS, k=2)).capitalize() + draw.choice(["", ".", ","]) for _ in range(400))

    assert [(s.start, s.end) for s in terms.find(text).spans] == naive(text, names)


def naive(text, names):
    """Every stretch between word boundaries that is a name; the longest first, then the earliest."""
    edges = [m.span() for m in re.finditer(r"\w+", text)]
    hits = [
        (edges[i][0], edges[j][1])
        for i in range(len(edges))
        for j in range(i, min(i + 3, len(edges)))
        if text[edges[i][0] : edges[j][1]] in names
    ]
    kept = []
    for hit in sorted(hits, key=lambda h: (h[0] - h[1], h[0])):
        if all(hit[1] <= start or end <= hit[0] for start, end in kept):
            kept.append(hit)
    return sorted(kept)


@given(st.text(max_size=60))
def test_words_of_any_text_have_places_and_the_ascii_short_cut_changes_nothing(text):
    places, keys = words_of(text)
    assert len(places) == len(keys) and keys == keys_of(text)
    assert all(a < b <= c for (a, b), (c, _) in pairwise(places))
    if text.isascii():
        wide = words_of(text + " é")
        assert wide[0][:-1] == places and wide[1][:-1] == keys


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6), st.text(max_size=80))
def test_any_names_in_any_text_give_spans_that_can_be_stored(names, text):
    from kgbuild.extraction.codec import pack_extraction, unpack_extraction
    from kgbuild.extraction.named import flaw

    rows = [Term(name, "Thing", str(n), "", (), n) for n, name in enumerate(names) if any(map(str.isalnum, name))]
    extraction = Terms(rows).find(text + names[0] + text)
    assert flaw(text + names[0] + text, extraction) == ""
    assert unpack_extraction(pack_extraction(extraction)) == extraction
