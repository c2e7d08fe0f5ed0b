"""Sentences, passages, what is not read, languages."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.documents.blocks import Limits, Piece, compose
from kgbuild.documents.sentences import sentences
from kgbuild.documents.split import WORDS, block_digests, document_language, skipped, split
from kgbuild.records import BlockKind


def document(*pieces):
    made = [piece if isinstance(piece, Piece) else Piece(BlockKind.PARAGRAPH, piece) for piece in pieces]
    found, _ = compose(made, Limits())
    assert found is not None
    return found


def parts(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "One here.|Two there!|Three?|Four…",
        "The U.S. Department of State met Mr. John F. Kennedy Jr. of Acme Inc. on Tuesday.|It rained.",
        "He lives in the U.S.|The agency does not.",
        "Dr. Smith, Gen. Soleimani and Sen. Warren met Prof. Li at 5 p.m. on Jan. 3.|They left.",
        "See No. 5 and Fig. 3 of Vol. 2.|No.|We did not.",
        "It cost $3.5 million.|Sales rose 2.4 percent.",
        "“We won.”|She left (at last).|“Why?” he asked.",
        "Visit Digital.gov today.|Data.gov too.",
        "1. Introduction follows here.|2. Another one.",
        "J. R. R. Tolkien wrote it.|J.K. Rowling did not.",
        "我们在北京。|他们在上海！|你呢？",
        "Am 3. Oktober 1990 endete es.|Der 2. Weltkrieg war vorbei, vom 3. bis 5. Mai.|Er wurde 5.|Das war gut.",
        "Sie wohnt in der Goethestr. 5, siehe Nr. 7.|Es kostet 5 Mio. Euro.|Es waren 3 Mio.|Die Firma zahlte.|Gut.",
        "I am 5.|She was third of 3.|May I go?|We met the SIG.|Sales fell.",
        "Завод им. Ленина стоит на ул. Пушкина, пишет проф. Иванов.|Умер в 1999 г.|Он жил там, см. рис. 3.",
        "डॉ. भीमराव अंबेडकर भारत के थे।|ए.पी.जे. अब्दुल कलाम राष्ट्रपति थे।|वह जाता है.|राम आता है।",
        "თბილისი დედაქალაქია.|ის დიდია.",
        "Il sig. Rossi e il dott. Bianchi.|Mieszka przy ul. Długiej.|Doç. Dr. Ayşe Yılmaz geldi.|Mme. Durand aussi.",
        "هل أنت هنا؟|نعم أنا هنا.",
        "He works at approx. ten firms, e.g. Acme Corp. and others.",
        "The Inc. 500 list is out.",
        "Wait... what happened?|Nothing.",
    ],
)
def test_sentences(text):
    expected = text.split("|")
    joined = "".join(expected) if "。" in text else " ".join(expected)
    assert parts(joined) == expected


def test_a_danda_ends_a_sentence_where_no_space_follows():
    assert parts("राम घर गया।वह सो गया॥ठीक है।") == ["राम घर गया।", "वह सो गया॥", "ठीक है।"]


@given(st.text(max_size=300))
def test_sentences_are_in_order_and_hold_all_that_is_not_space(text):
    found = sentences(text)
    assert all(left[1] <= right[0] for left, right in pairwise(found))
    assert all(text[start:end] == text[start:end].strip() and start < end for start, end in found)
    assert sum(not c.isspace() for start, end in found for c in text[start:end]) == sum(not c.isspace() for c in text)


SENTENCES = [
    "The agency said so.",
    "Ann Smith of Acme Inc. left in May.",
    "Nobody knew.",
    "It was said that the new office opens soon.",
]

texts_of_documents = st.lists(
    st.one_of(
        st.integers(1, 60).map(lambda n: " ".join(f"{SENTENCES[i * n % 4][:-1]} {i}." for i in range(n))),
        st.text(alphabet="ab .。x\u4e2d", min_size=1, max_size=900),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=60)
@given(texts_of_documents, st.booleans())
def test_passages_are_stretches_of_the_text_and_cover_every_sentence(paragraphs, code):
    pieces = [Piece(BlockKind.PARAGRAPH, " ".join(text.split()) or "x1") for text in paragraphs] + [
        Piece(BlockKind.PARAGRAPH, "End.")
    ]
    if code:
        pieces.insert(1, Piece(BlockKind.CODE, "print(1)"))
    whole = document(*pieces)
    passages = split(whole)
    position = 0
    covered = 0
    for index, passage in enumerate(passages):
        assert passage.index == index
        assert passage.start >= position
        assert whole.text[passage.start : passage.start + len(passage.text)] == passage.text
        assert len(passage.sentences) == len(passage.blocks) > 0
        for (start, end), number in zip(passage.sentences, passage.blocks, strict=True):
            block = whole.blocks[number]
            assert block.start <= passage.start + start < passage.start + end <= block.end
            assert block.kind is not BlockKind.CODE
            covered += sum(not c.isspace() for c in passage.text[start:end])
        position = passage.start + len(passage.text)
    read = [block for block in whole.blocks if block.kind is not BlockKind.CODE]
    assert covered == sum(not c.isspace() for block in read for c in whole.text[block.start : block.end])


def long_text(seed, count):
    rng = random.Random(seed)
    words = "agency office budget report director policy minister court city river engine letter garden summer window".split()
    return [" ".join(rng.choice(words) for _ in range(rng.randint(6, 24))).capitalize() + "." for _ in range(count)]


def test_a_short_document_is_one_passage():
    (passage,) = split(document("A heading", "One sentence. Another one.", "The end."))
    assert passage.blocks == (0, 1, 1, 2)


def test_long_documents_are_cut_into_passages_that_are_long_enough():
    lines = long_text(1, 400)
    passages = split(document(*lines))
    sizes = [len(passage.text.split()) for passage in passages]
    assert max(sizes) <= WORDS
    assert sum(sizes) / len(sizes) > WORDS / 3


def test_an_inserted_sentence_moves_few_cuts():
    moved = []
    for seed in range(20):
        lines = long_text(seed, 200)
        before = {passage.text for passage in split(document(*lines))}
        lines.insert(random.Random(seed).randrange(200), "An entirely new sentence was put in here.")
        moved.append(len({passage.text for passage in split(document(*lines))} - before))
    assert sum(moved) / len(moved) <= 2
    assert max(moved) <= 5


def test_equal_texts_are_cut_alike_wherever_they_stand():
    assert split(document(*long_text(3, 90))) == split(document(*long_text(3, 90)))


def test_a_sentence_without_end_is_cut_at_word_gaps():
    passages = split(document(" ".join(f"word{i}" for i in range(1000))))
    assert len(passages) >= 4
    assert " ".join(passage.text for passage in passages) == " ".join(f"word{i}" for i in range(1000))


def test_a_text_of_equal_words_is_cut_evenly():
    sizes = [len(passage.text.split()) for passage in split(document("la " * 5000 + "end"))]
    assert max(sizes) <= WORDS
    assert min(sizes) > 40


def test_a_word_without_end_counts_as_many():
    passages = split(document("x" * 100_000))
    assert max(len(passage.text) for passage in passages) <= WORDS * 40


def test_chinese_is_counted_by_character():
    passages = split(document("我们在北京工作。" * 200))
    assert max(len(passage.text) for passage in passages) <= WORDS + 20


def test_a_chinese_sentence_that_is_too_long_is_cut_behind_commas():
    clauses = [f"第{number}，中国国家主席习近平在北京会见了美国总统，" for number in range(30)]
    found = split(document("".join(clauses)))
    assert len(found) > 1 and "".join(passage.text for passage in found) == "".join(clauses)
    assert all(passage.text.endswith("，") for passage in found)


def test_thai_is_counted_by_three_letters_and_cut_at_spaces():
    text = " ".join(["ทักษิณเกิดที่จังหวัดเชียงใหม่และทำงานที่กรุงเทพมหานคร"] * 40)
    found = split(document(text))
    assert [passage.text for passage in found] == [passage.text.strip() for passage in found]
    assert all(text[passage.start - 1] == " " for passage in found[1:]) and len(found[0].text) > WORDS


def test_no_letter_loses_its_marks_where_nothing_else_can_be_cut():
    found = split(document("ที่" * 1200))
    assert len(found) > 1 and all(passage.text.startswith("ที่") and len(passage.text) % 3 == 0 for passage in found)


def test_a_chinese_passage_in_an_english_document_is_chinese():
    english, chinese = (
        "The agency said that it will open an office there in May of that year. ",
        "中国国家主席今天在北京会见了来访的美国总统。",
    )
    found = split(document(english * 60, chinese * 60, english * 60))
    assert {"en", "zh"} == {passage.language for passage in found}


def test_code_and_rows_of_numbers_end_a_passage_and_are_counted():
    whole = document(
        "Before.",
        Piece(BlockKind.TABLE_ROW, "Sales\t1,234\t(56)%\t$7.5"),
        Piece(BlockKind.TABLE_ROW, "Oracle\tAustin\t100"),
        Piece(BlockKind.CODE, "x = 1"),
        "After.",
    )
    assert [passage.text for passage in split(whole)] == ["Before.", "Oracle\tAustin\t100", "After."]
    assert skipped(whole) == {"numeric table row": 1, "code block": 1}


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ("Awo Ablo\t2,300,385,739\t21,926,604\t250,464,124", False),
        ("2023\t2024", False),
        ("AKG Marketing Company Limited\t87.5\tBahamas", True),
        ("Total\t100", True),
        ("—\tN/A\tTotal", False),
        ("Name\tCity", True),
        ("8.1 years\t7.8 years", True),
    ],
)
def test_a_row_is_numeric_when_more_than_half_of_its_cells_are_numbers(row, read):
    assert bool(split(document(Piece(BlockKind.TABLE_ROW, row)))) is read


def test_a_table_row_is_one_sentence():
    (passage,) = split(document(Piece(BlockKind.TABLE_ROW, "Acme Inc.\tDelaware")))
    assert passage.sentences == ((0, len(passage.text)),)


ENGLISH = "The General Services Administration announced on Tuesday that it would make a new web site for all of the agencies."
GERMAN = "Dieses Skript wurde im Wintersemester von Martin Thoma geschrieben und beinhaltet die Mitschriften aus der Vorlesung."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (GERMAN, "de"),
        (
            "Lorem ipsum dolor sit amet, consetetur sadipscing elitr, sed diam nonumy eirmod tempor invidunt ut labore et dolore.",
            "la",
        ),
        ("La Oficina de Derechos Civiles del Departamento de Salud y Servicios Humanos ha publicado un video educativo.", "es"),
        ("يبيبَح˴ ϲΒϴΒhabibi يبيبَح", "ar"),
        ("我们在北京工作，他们在上海生活。", "zh"),
        ("DOL Labor Stats App. Mobile Gov Experiences are agency stories about creating anytime services.", "en"),
        ("1234 5678", "und"),
    ],
)
def test_languages(text, language):
    whole = document(Piece(BlockKind.PARAGRAPH, text))
    assert document_language(whole) == language
    assert {passage.language for passage in split(whole)} == {language}


def test_a_short_passage_takes_the_language_of_its_document():
    whole = document(*[ENGLISH] * 5, Piece(BlockKind.CODE, "x = 1"), "Rio Grande do Sul")
    assert [passage.language for passage in split(whole)] == ["en", "en"]


def test_a_passage_of_another_language_keeps_its_own():
    whole = document(*[ENGLISH] * 9, Piece(BlockKind.CODE, "x = 1"), *[GERMAN] * 3)
    assert [passage.language for passage in split(whole)] == ["en", "de"]


def test_blocks_of_equal_words_have_equal_digests():
    whole = document("Enter your email:", "ENTER YOUR EMAIL:", "Other.")
    first, second, third = block_digests(whole)
    assert first == second != third


def test_the_output_of_this_version_is_pinned():
    """If this fails, VERSION of split.py must be raised: stored passages would otherwise differ from fresh ones."""
    whole = document(*long_text(7, 60))
    assert [(passage.start, len(passage.sentences)) for passage in split(whole)] == PINNED


PINNED = [(0, 9), (990, 18), (2473, 18), (4395, 15)]


def test_a_long_text_without_a_capital_is_one_sentence_in_linear_time():
    """Each full stop before a small letter was compared with all of the text before it: minutes for a transcript."""
    text = "foo bar. " * 150_000
    assert sentences(text) == [(0, len(text) - 1)]


def test_lone_numbers_and_numbers_after_no_begin_no_sentence():
    text = "See No. 12 for it. (viii. Third thing. 1234. Fourth."
    assert [text[a:b] for a, b in sentences(text)] == ["See No. 12 for it.", "(viii. Third thing.", "1234.", "Fourth."]
