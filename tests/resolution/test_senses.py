import pytest

from kgbuild.resolution.senses import is_language


@pytest.mark.parametrize(
    "text, language",
    [
        ("the <German> government", False),
        ("<Germans> voted", False),
        ("an <Italian> cellist", False),
        ("the <British> and others", False),
        ("translated into <German>.", True),
        ("speaks French, Dutch and <German>", True),
        ("the <Spanish> language", True),
        ("a <Spanish>-speaking area", True),
        ("(<French>: Cathédrale)", True),
        ("performed in <Polish> by her", True),
        ("<Swiss>", False),
    ],
)
def test_the_words_beside_a_demonym_tell_a_language(text, language):
    start = text.index("<")
    end = text.index(">") - 1
    assert is_language(text.replace("<", "").replace(">", ""), start, end) is language
