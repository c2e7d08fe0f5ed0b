"""PDF: the text layer put back together."""

import pytest

from kgbuild.documents.pdflines import HYPHEN, Line, pieces
from tests.documents.helpers import DATA, blocks, reading


def line(text, y, *, left=72.0, right=500.0, size=10.0, last=None):
    return Line(792.0, text, left, right, y, y if last is None else last, size)


def said(*pages):
    return [(piece.kind.value, piece.text, piece.page) for piece in pieces([list(page) for page in pages])]


def test_wrapped_lines_and_parted_words_are_joined():
    result = reading("a.pdf", (DATA / "minimal-document.pdf").read_bytes())
    ((kind, text),) = blocks(result)
    assert kind == "paragraph"
    assert "At vero eos" in text
    assert "takimata sanctus" in text  # parted as taki-mata
    assert not text.endswith("1")  # the page number
    assert result.document.blocks[0].page == 1
    assert dict(result.source.metadata)["date"] == "2022-04-03"


def test_line_numbers_and_rules_of_a_transcript_go():
    result = reading("a.pdf", (DATA / "scotus-transcript-p1.pdf").read_bytes())
    found = [text for _, text in blocks(result)]
    assert (
        "The above-entitled matter came on for oral argument before the Supreme Court of the United States at 1:01 p.m."
        in found
    )
    assert "STEVEN E. MERCER, ESQ., Deputy Attorney General, Los Angeles, Cal.; on behalf of the Petitioner." in found
    assert not [text for text in found if text.isdigit() or "- -" in text]


def test_an_encrypted_file_wants_its_password():
    data = (DATA / "libreoffice-writer-password.pdf").read_bytes()
    assert reading("a.pdf", data).source.reason == "encrypted; give --pdf-password"
    assert "does not open it" in reading("a.pdf", data, pdf_password="wrong").source.reason
    assert reading("a.pdf", data, pdf_password="openpassword").source.outcome == "ok"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 but no more", b"no pdf at all"])
def test_a_damaged_file_is_quarantined(data):
    assert reading("a.pdf", data).source.outcome == "quarantined"


def test_a_truncated_file_never_raises():
    whole = (DATA / "minimal-document.pdf").read_bytes()
    for share in (0.2, 0.5, 0.9):
        assert reading("a.pdf", whole[: int(share * len(whole))]).source.outcome in ("ok", "no_text", "quarantined")


def test_paragraphs_are_parted_by_gaps_short_lines_and_type_size():
    assert said(
        [
            line("Annual Report", 700, size=16),
            line("The first paragraph goes on", 660),
            line("to a second line.", 648, right=200),
            line("A new one after a short line", 636),
            line("that ends here too.", 624),
            line("One after a gap.", 590),
        ]
    ) == [
        ("heading", "Annual Report", 1),
        ("paragraph", "The first paragraph goes on to a second line.", 1),
        ("paragraph", "A new one after a short line that ends here too.", 1),
        ("paragraph", "One after a gap.", 1),
    ]


def test_headers_footers_and_page_numbers_that_repeat_go():
    pages = [
        [line("Acme Annual Report 2019", 780), line(f"Text of page {'abcde'[i]}.", 500), line(f"Page {i + 1} of 5", 30)]
        for i in range(5)
    ]
    assert said(*pages) == [("paragraph", f"Text of page {'abcde'[i]}.", i + 1) for i in range(5)]


def test_a_paragraph_goes_on_over_a_page():
    assert said([line("It was signed by the", 300)], [line("secretary of state.", 600)]) == [
        ("paragraph", "It was signed by the secretary of state.", 1)
    ]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (f"the depart{HYPHEN}", "ment said", "the department said"),
        (f"the state{HYPHEN}", "owned firm; other state-owned firms", "the state-owned firm; other state-owned firms"),
        (f"the Anglo{HYPHEN}", "American firm", "the Anglo-American firm"),
    ],
)
def test_a_hyphen_stays_where_the_document_writes_the_word_with_it(first, second, joined):
    assert said([line(f"{first}{second}", 500, last=488)]) == [("paragraph", joined, 1)]


def test_wide_gaps_make_cells_and_leaders_too():
    assert said([line("Iowa\t1.35\t1.42", 500), line("1 Introduction . . . . . . . 7", 480)]) == [
        ("table_row", "Iowa\t1.35\t1.42", 1),
        ("table_row", "1 Introduction\t7", 1),
    ]


def test_exponents_stay_in_their_line():
    assert said(
        [line("the sphere S", 500, right=120), line("2", 504, left=121, right=125, size=7), line("is round.", 500, left=129)]
    ) == [("paragraph", "the sphere S 2 is round.", 1)]


def test_the_reader_versions_of_lazily_imported_readers_are_right():
    from kgbuild.documents import docx, pdf
    from kgbuild.documents.read import READER_VERSION

    assert (READER_VERSION[".pdf"], READER_VERSION[".docx"]) == (pdf.VERSION, docx.VERSION)


def test_characters_beyond_the_first_plane_are_whole():
    """PDFium gives them as two halves, of which no text may hold one."""
    names = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
        b"2 beginbfchar <41> <D835DCB3> <42> <D83DDE00> endbfchar endcmap end end"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length 49 >> stream\nBT /F 12 Tf 72 700 Td (Math A and B end.) Tj ET\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        b"<< /Length %d >> stream\n%b\nendstream" % (len(names), names),
    ]
    data = b"%PDF-1.4\n" + b"".join(b"%d 0 obj %b endobj\n" % item for item in enumerate(objects, 1))
    result = reading("a.pdf", data + b"trailer << /Root 1 0 R /Size 7 >>\n%%EOF")
    assert (blocks(result), result.notices) == ([("paragraph", "Math 𝒳 and 😀 end.")], ())


def column(texts, *, left, y=700, right=230.0, step=12):
    return [line(text, y - step * i, left=left, right=left + right - 10 * (i % 3)) for i, text in enumerate(texts)]


FIRST = [
    "Ann Smith founded the company that is called",
    "Acme in Berlin and leads it today with her",
    "Brother Bob, who joined in the year 2000 and",
    "Left for Rome in the next, where he works and",
]
SECOND = [
    "The other column is about the people of a town",
    "Rome, in which they live and have their work, and",
    "Which is old,",
]
SECOND += ["With many houses."]


def test_lines_of_a_column_are_measured_by_their_column_not_by_the_page():
    head = [line("A heading of usual size over both of the columns of this page", 730, left=40, right=560)]
    assert said(head + column(FIRST, left=40) + column(SECOND, left=320))[1:] == [
        ("paragraph", " ".join(FIRST), 1),
        ("paragraph", " ".join(SECOND), 1),
    ]


def test_a_sentence_goes_on_from_one_column_to_the_next():
    after = ["lives there with his wife, and he has", "Children.", "More of them are", "Known."]
    assert said(column(FIRST, left=40) + column(after, left=320)) == [("paragraph", " ".join(FIRST + after), 1)]


def test_cells_that_stand_side_by_side_are_no_columns():
    cells = [line(f"N{n}.5", 600 - 12 * n, left=left, right=left + 30) for left in (40, 320) for n in range(6)]
    assert len(said([line("A line over the whole page, as wide as it is", 640, left=40, right=560), *cells])) == 13


def test_what_stands_beside_a_line_does_not_go_on_with_it():
    cells = [line("1990", 700, left=500, right=520), line("Bob Jones", 688, left=40, right=90)]
    assert said(cells) == [("paragraph", "1990", 1), ("paragraph", "Bob Jones", 1)]


def form(value):
    """A page with a label, and a field of a form that shows a value."""
    shown = b"/Tx BMC BT /F 12 Tf 2 5 Td (%b) Tj ET EMC" % value
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /DR << /Font << /F 5 0 R >> >> /DA (/F 12 Tf) >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 612 792] /Resources 8 0 R /Annots [6 0 R] >>",
        b"<< /Length 54 >> stream\nBT /F 12 Tf 50 700 Td (Name of the company:) Tj ET\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (%b) /F 4 /Rect [180 695 400 715] /P 3 0 R /AP << /N 7 0 R >> >>"
        % value,
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 220 20] /Resources 8 0 R /Length %d >> stream\n%b\nendstream"
        % (len(shown), shown),
        b"<< /Font << /F 5 0 R >> >>",
    ]
    data = b"%PDF-1.4\n" + b"".join(b"%d 0 obj %b endobj\n" % item for item in enumerate(objects, 1))
    return data + b"trailer << /Root 1 0 R /Size 9 >>\n%%EOF"


def test_what_is_filled_into_a_form_is_read():
    assert blocks(reading("a.pdf", form(b"Acme Widget Inc"))) == [("paragraph", "Name of the company: Acme Widget Inc")]
