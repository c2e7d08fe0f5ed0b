"""Write the table of the months' names anew: python benchmarks/month_table.py   (pip install babel: BSD; data of CLDR, Unicode licence)

In full and shortened, alone and in a date, with what single countries say ("Jänner"), for the languages that spaCy segments and whose
names of months are words. A name that means two months in one language is left out. The library itself is not needed at run time.
"""

from collections import defaultdict

from kgbuild.months import FILE, bare

LANGUAGES = (
    "af am ar az be bg bn bs ca cs cy da de dsb el eo es et eu fa fi fo fr fy ga gd gl gu he hi hr hsb hu hy id is it ka kk kn ku ky la lb "
    "lg lij lt lv mk ml mr ms mt nb ne nl nn no oc or pa pl pt rm ro ru sa sk sl sq sr sv sw ta te th ti tl tn tr tt uk ur uz yo"
).split()
"""Without Chinese, Japanese, Korean and Vietnamese, which count the months, and English, which has its own patterns."""
HEADING = """\
# The months' names: a line a language, a column a month; in full and shortened, alone and in a date. From CLDR
# (https://cldr.unicode.org), Unicode licence, by way of Babel; changed: chosen, folded, grouped. Made by benchmarks/month_table.py.
"""
ARTICLES = frozenset(("an", "da", "de", "dhen", "di"))
IN_DATES = {"he": "ב{}", "eu": "{}ren"}
"""How languages write a month in a date, beside what CLDR has."""


def main() -> None:
    from babel import Locale, localedata

    lines = []
    for language in LANGUAGES:
        names: dict[str, set[int]] = defaultdict(set)
        regions = [tag for tag in localedata.locale_identifiers() if tag.split("_")[0] == language and len(tag.split("_")) <= 2]
        for tag in regions:
            months = Locale.parse(tag).months
            for number in range(1, 13):
                for context in ("format", "stand-alone"):
                    for width in ("wide", "abbreviated"):
                        for name in _names(months[context][width][number], language):
                            names[name].add(number)
        columns = [sorted(name for name, numbers in names.items() if numbers == {number}) for number in range(1, 13)]
        if names and all(columns):
            lines.append(f"{language}\t" + "\t".join(map(" ".join, columns)) + "\n")
        else:
            print("without words for all months:", language)
    FILE.write_text(HEADING + "".join(lines), encoding="utf-8")
    print(f"{FILE}: {len(lines)} languages, {FILE.stat().st_size:,} bytes")


def _names(written: str, language: str) -> list[str]:
    """The words for a month: of "de mayo", "d’abril" the last one; none that has a figure in it."""
    words = [word for word in bare(written).replace("’", " ").split() if word not in ARTICLES]
    if len(words) != 1 or any(map(str.isdigit, written)) or len(words[0]) < 2 or set(words[0]) & set("-'/"):
        return []
    return [words[0], IN_DATES[language].format(words[0])] if language in IN_DATES else words


if __name__ == "__main__":
    main()
