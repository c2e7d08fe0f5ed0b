"""Text from right to left in PDFs comes out as it is read, whatever order the file has it in."""

import pytest

from kgbuild.documents.pdfrtl import Glyph, reading_order
from tests.documents.helpers import DATA, blocks, reading


def test_a_page_in_arabic_hebrew_and_english_is_read_as_it_is_written():
    result = reading("a.pdf", (DATA / "right-to-left.pdf").read_bytes())
    kinds, found = zip(*blocks(result), strict=True)
    assert kinds == ("heading", "paragraph", "paragraph", "paragraph", "paragraph")
    assert found[0] == "تقرير سنوي"
    assert found[1] == (
        "أسست آن سميث شركة أكمي في برلين عام 1990 وهي تقودها اليوم. ثم انتقلت إلى لندن مع أخيها بوب (الذي درس في روما) "
        "في 12/5/2001. وهذه جملة أخرى عن الإسلام و12% من الأرباح."
    )
    assert found[2].startswith("شركة Acme Inc 2000 في السعودية بين 1990–2001، و")
    assert found[3] == 'אן סמית ייסדה את חברת אקמי בע"מ בשנת 1990 [בברלין], ו-12% שלה שייכים ל-Acme Inc כיום.'
    assert found[4] == 'The company شركة أكمي of Berlin and the firm אקמי בע"מ of Haifa signed in 1990.'


def shown(text, *, step=5.0):
    """Glyphs that stand from left to right as the letters of a text; spaces have places."""
    return [Glyph(letter, i * step, (i + 1) * step, 0) for i, letter in enumerate(text)]


@pytest.mark.parametrize(
    ("seen", "read"),
    [
        ("םולש", "שלום"),
        ("12% םולש", "שלום 12%"),
        (")המור( םולש", "שלום (רומה)"),
        ("2001 1990 םולש", "שלום 1990 2001"),
        (".Acme לש םילעבה 1.5", "1.5 הבעלים של Acme."),
        ("say םולש now", "say שלום now"),
        ("\ufe8e\ufedf", "لا"),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_places_decide_and_not_the_order_in_the_file(seen, read, backwards):
    glyphs = shown(seen)
    assert reading_order(glyphs[::-1] if backwards else glyphs, 10.0, 1.3) == read


def test_wide_gaps_part_cells_from_the_right():
    left, right = shown("םולש"), [Glyph(g.text, g.left + 100, g.right + 100, 0) for g in shown("ןורי")]
    assert reading_order(left + right, 10.0, 1.3) == "ירון\tשלום"
