import json
import re
from pathlib import Path

import pytest

from kgbuild.errors import ConfigError
from kgbuild.extraction.codec import pack_extraction, unpack_extraction
from kgbuild.extraction.patterns import load_patterns, read_patterns
from kgbuild.records import Slot, Thing

FILE = Path("patterns.jsonl")


def patterns(*lines):
    return read_patterns("\n".join(json.dumps(line) for line in lines).encode(), FILE)


def found(made, text):
    return [(text[span.start : span.end], span.label) for span in made.find(text).spans]


def test_patterns_in_the_form_of_spacy_give_spans():
    made = patterns(
        {"label": "Law", "pattern": [{"LOWER": "section"}, {"IS_DIGIT": True}]},
        {"label": "Organization", "pattern": "Acme Widgets", "id": "acme"},
        {"label": "Money", "pattern": [{"ORTH": "$"}, {"LIKE_NUM": True, "OP": "+"}], "score": 0.5},
    )
    text = "Acme Widgets paid $ 7 million under Section 12 (acme widgets)."

    assert found(made, text) == [("Acme Widgets", "Organization"), ("$ 7 million", "Money"), ("Section 12", "Law")]
    assert [span.score for span in made.find(text).spans] == [9000, 5000, 9000]
    assert made.find(text).spans[0].thing == Thing("acme")
    assert (made.span_labels, made.link_labels) == (("Law", "Money", "Organization"), ())


def test_the_longest_pattern_stays_and_none_crosses_a_block_or_cell():
    made = patterns(
        {"label": "A", "pattern": "New York"},
        {"label": "B", "pattern": "New York Times"},
        {"label": "C", "pattern": [{"ORTH": "x"}, {"IS_SPACE": True, "OP": "*"}, {"ORTH": "y"}]},
    )
    assert found(made, "New York Times in New York; x y, x\n\ny, x\ty") == [
        ("New York Times", "B"),
        ("New York", "A"),
        ("x y", "C"),
    ]


def test_a_relation_pattern_says_where_its_ends_have_to_stand():
    made = patterns(
        {
            "relation": "EMPLOYED_BY",
            "pattern": [
                {"HEAD": "Person"},
                {"ORTH": ","},
                {"LOWER": {"IN": ["ceo", "president"]}},
                {"LOWER": "of"},
                {"TAIL": "Organization"},
            ],
        },
        {
            "relation": "PART_OF",
            "pattern": [
                {"LOWER": "between"},
                {"TAIL": "Organization"},
                {"LOWER": "and"},
                {"HEAD": ["Person", "Organization"]},
                {"LOWER": "signed"},
            ],
            "score": 0.5,
        },
    )
    text = "Ann Lee, CEO of Acme."
    (link,) = made.find(text).open
    assert (link.head, link.tail) == (Slot(-1, 7, ("Person",)), Slot(15, -1, ("Organization",)))
    assert (link.label, link.score) == ("EMPLOYED_BY", 9000)

    text = "A deal between Acme and Beta Co signed today"
    (link,) = made.find(text).open
    assert text[link.tail.start : link.tail.end] == " Acme " and text[link.head.start : link.head.end] == " Beta Co "
    assert (link.head.types, link.score) == (("Organization", "Person"), 5000)
    assert made.find("a deal between\nAcme and\nBeta Co\nsigned").open
    assert made.find("a deal between Acme and\n\nBeta Co signed").open == ()
    assert unpack_extraction(pack_extraction(made.find(text))) == made.find(text)


def test_what_may_match_nothing_outside_of_the_ends_asks_for_nothing():
    title, end = {"LOWER": "dr", "OP": "?"}, {"ORTH": "!", "OP": "{,2}"}
    made = patterns(
        {"relation": "A", "pattern": [title, {"HEAD": "Person"}, {"LOWER": "joined"}, {"TAIL": "Organization"}, end]},
        {"relation": "B", "pattern": [{"OP": "*"}, {"HEAD": "Person"}, {"LOWER": "left"}, {"TAIL": "Organization"}]},
    )
    (link,) = made.find("Ann joined Acme").open

    assert (link.head, link.tail) == (Slot(-1, 4, ("Person",)), Slot(10, -1, ("Organization",)))
    assert len(made.find("Dr Ann joined Acme!").open) == 1
    assert len(made.find("Ann left Acme").open) == 1


def test_a_language_chooses_the_tokenizer():
    german = patterns({"language": "de"}, {"label": "A", "pattern": [{"LOWER": "z.b."}]})
    assert german.language == "de" and found(german, "wie z.B. hier") == [("z.B.", "A")]


BAD = {
    "x": "patterns.jsonl:1: not valid JSON: Expecting value at column 1",
    "[]": "patterns.jsonl:1: a line is an object with `label` or `relation`",
    '// a comment\n\n{"label": "A"}': "patterns.jsonl:3: there is no 'pattern'",
    '{"pattern": "A"}': "patterns.jsonl:1: there is no 'relation'",
    '{"label": "A", "pattern": "B", "colour": 1}': "patterns.jsonl:1: unknown key 'colour'; known with 'label': id, label, pattern, score",
    '{"label": 3, "pattern": "B"}': "'label' is 3, not a name of the schema",
    '{"label": "A", "pattern": " "}': "'pattern' is empty",
    '{"label": "A", "pattern": "Zo\\ud83d"}': "half a character",
    '{"label": "A", "pattern": [{"LOWER": "b"}], "id": "\\udc00"}': "half a character",
    '{"label": "A", "pattern": []}': "'pattern' is []",
    '{"label": "A", "pattern": "B", "score": 7}': "'score' is 7: write a number above 0, up to 1",
    '{"label": "A", "pattern": "B", "id": 7}': "'id' is 7, not a text",
    '{"label": "A", "pattern": [{"FOO": "x"}]}': "no token pattern of spaCy: .*FOO",
    '{"label": "A", "pattern": [{"LOWER": {"REGEX": "("}}]}': "no token pattern of spaCy: missing ), unterminated subpattern",
    '{"label": "A", "pattern": [{"POS": "NOUN"}]}': "POS needs a trained pipeline, and patterns see only words",
    '{"relation": "A", "pattern": "B"}': "the pattern of a relation is a list",
    '{"relation": "A", "pattern": [{"HEAD": "P"}, {"ORTH": "x"}]}': "0 elements are a TAIL: exactly one has to be",
    '{"relation": "A", "pattern": [{"HEAD": "P"}, {"TAIL": "O"}]}': "HEAD and TAIL stand side by side",
    '{"relation": "A", "pattern": [{"HEAD": "P"}, {"ORTH": "x", "OP": "?"}, {"TAIL": "O"}]}': "may match nothing",
    '{"relation": "A", "pattern": [{"HEAD": "P"}, {"ORTH": "x", "op": "{0,3}"}, {"TAIL": "O"}]}': "may match nothing",
    '{"relation": "A", "pattern": [{"HEAD": "P", "OP": "+"}, {"ORTH": "x"}, {"TAIL": "O"}]}': 'write {"HEAD": TYPE}',
    '{"language": "qq"}': "spaCy has no tokenizer for the language 'qq'",
    '{"language": "de"}\n{"language": "fr"}': "two languages, de and fr",
    "x\n" * 12: "… and 2 more",
}  # fmt: skip


@pytest.mark.parametrize("text, message", BAD.items())
def test_a_bad_line_is_named_with_file_line_and_what_is_wrong(text, message):
    with pytest.raises(ConfigError, match=".*".join(map(re.escape, message.split(".*")))):
        read_patterns(text.encode(), FILE)


def test_a_tokenizer_that_needs_a_package_names_it(monkeypatch):
    def blank(language):
        raise ImportError("The Thai tokenizer requires the PyThaiNLP library: https://github.com/PyThaiNLP/pythainlp")

    monkeypatch.setattr("spacy.blank", blank)
    with pytest.raises(
        ConfigError, match=r"'th' needs a package: The Thai tokenizer requires the PyThaiNLP library.*terms\.csv"
    ):
        read_patterns(b'{"language": "th"}', FILE)


def test_a_file_that_is_no_text_is_named_with_its_line(tmp_path):
    (tmp_path / "p.jsonl").write_bytes(b"{}\n\xff")
    with pytest.raises(ConfigError, match=r"p.jsonl:2: byte 3 is not UTF-8"):
        load_patterns(tmp_path / "p.jsonl")
