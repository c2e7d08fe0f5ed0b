"""The table of months: every name of every language is read, and none that means two months where the language is not known."""

from kgbuild.months import FILE, bare, months, written


def languages():
    return [line.partition("\t")[0] for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def test_every_name_of_every_language_is_read_in_a_date():
    assert len(languages()) > 80
    for language in languages():
        names = months(language)
        assert set(names.values()) == set(range(1, 13)), language
        for name, number in names.items():
            assert name == bare(name)
            assert written(f"12. {name} 2020", language) == (2020, number, 12), (language, name)


def test_without_a_language_a_name_counts_if_all_languages_mean_the_same_month():
    assert written("12. Mai 2020", "") == written("12 de mayo de 2020", "") == (2020, 5, 12)
    assert (months("hr")["listopad"], months("pl")["listopad"]) == (10, 11)
    assert written("12 listopad 2020", "") is None


def test_what_is_no_date_is_none():
    for text in (
        "",
        "mai",
        "12",
        "12 13 Mai 2020",
        "12 Mai 2020 Berlin",
        "am 12. Mai 2020 um neun",
        "Mai 20",
        "12. Mai " + " " * 99 + "x",
    ):
        assert written(text, "de") is None, text
