from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.graph.values import normalise
from kgbuild.records import Value

WEDNESDAY = "2018-05-16"


@pytest.mark.parametrize(
    "text, iso",
    [
        ("May 20, 1947", "1947-05-20"),
        ("20 May 1947", "1947-05-20"),
        ("the 20th of May, 1947", "1947-05-20"),
        ("Tuesday, May 1st, 2018 at 2 pm", "2018-05-01"),
        ("Sept. 2, 2019", "2019-09-02"),
        ("1947-05-20T10:00:00Z", "1947-05-20"),
        ("5/20/1947", "1947-05-20"),
        ("20.5.1947", "1947-05-20"),
        ("6/6/1944", "1944-06-06"),
        ("2019年3月2日", "2019-03-02"),
        ("May 1947", "1947-05"),
        ("late May 1947", "1947-05"),
        ("1947", "1947"),
        ("summer of 2011", "2011"),
        ("44 BC", "-0043"),
        ("1 BC", "0000"),
        ("AD 70", "0070"),
        ("05/06/2010", None),
        ("February 30, 2001", None),
        ("29 February 1900", None),
        ("the 1990s", None),
        ("1998/99", None),
        ("March", None),
        ("yesterday", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_written_date_becomes_iso_or_nothing(text, iso):
    assert normalise("date", text) == (Value("date", iso) if iso else None)


@pytest.mark.parametrize(
    "text, iso",
    [
        ("yesterday", "2018-05-15"),
        ("today", "2018-05-16"),
        ("Monday", "2018-05-14"),
        ("on Wednesday", "2018-05-16"),
        ("last Wednesday", "2018-05-09"),
        ("next Tuesday", "2018-05-22"),
        ("this Friday", None),
        ("last week", "2018-05"),
        ("last month", "2018-04"),
        ("last year", "2017"),
        ("three days ago", "2018-05-13"),
        ("two years ago", "2016"),
        ("March 3", "2018-03-03"),
        ("December 30", "2017-12-30"),
        ("May 20, 1947", "1947-05-20"),
    ],
)
def test_what_depends_on_the_day_is_resolved_by_the_documents_date(text, iso):
    assert normalise("date", text, WEDNESDAY) == (Value("date", iso) if iso else None)


@pytest.mark.parametrize("written", ["2018", "2018-05", "", "yesterday", "2018-02-31", None])
def test_a_document_date_without_a_day_resolves_nothing(written):
    assert normalise("date", "yesterday", written) is None


def test_a_week_across_two_months_is_not_said():
    assert normalise("date", "last week", "2018-06-06") is None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_the_forms_of_any_day_agree(day):
    forms = (
        day.isoformat(),
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
        f"{day:%A}, {day:%B} {day.day}, {day.year}",
    )

    assert {normalise("date", form) for form in forms} == {Value("date", day.isoformat())}


@given(st.dates(min_value=date(1, 1, 9)), st.sampled_from(["Monday", "Friday", "Sunday"]))
def test_a_weekday_is_one_of_the_last_seven_days(day, weekday):
    found = date.fromisoformat(normalise("date", weekday, day.isoformat()).text)

    assert timedelta(0) <= day - found < timedelta(7) and f"{found:%A}" == weekday


@pytest.mark.parametrize(
    "text, number",
    [
        ("1,250,000", "1250000"),
        ("3.5 million", "3500000"),
        ("0.1 million", "100000"),
        ("$2 million", "2000000 USD"),
        ("$1.5bn", "1500000000 USD"),
        ("15%", "15 %"),
        ("15 percent", "15 %"),
        ("fifteen percent", "15 %"),
        ("twenty-five", "25"),
        ("two hundred thousand", "200000"),
        ("one million two hundred", "1000200"),
        ("over 9,000", "9000"),
        ("-5", "-5"),
        ("500 people", "500 people"),
        ("1.50", "1.5"),
        ("12,34", None),
        ("5 to 6", None),
        ("forty-twelve", None),
        ("hundred", None),
        ("€3 USD", None),
        ("1e5", None),
        ("many", None),
    ],
)
def test_a_written_number_becomes_digits_with_its_unit_or_nothing(text, number):
    assert normalise("number", text) == (Value("number", number) if number else None)


@given(st.integers(0, 10**12))
def test_thousands_separators_do_not_matter(number):
    assert normalise("number", f"{number:,}") == normalise("number", str(number)) == Value("number", str(number))


@given(st.text(max_size=30), st.sampled_from(["date", "number", "text"]))
def test_no_text_raises_and_what_is_normal_stays(text, datatype):
    found = normalise(datatype, text, WEDNESDAY)

    assert found is None or normalise(datatype, found.text) in (found, None) or datatype == "text"


def test_a_datatype_that_does_not_exist_is_our_bug():
    with pytest.raises(ValueError, match="no datatype 'colour'"):
        normalise("colour", "red")


@pytest.mark.parametrize(
    "language, datatype, text, value",
    [
        ("de", "number", "1.250", "1250"),
        ("de", "number", "1.250.000,5 Euro", "1250000.5 EUR"),
        ("de", "number", "3,5 %", "3.5 %"),
        ("de", "number", "12,345", "12.345"),
        ("de", "number", "3.5", "3.5"),
        ("de", "number", "1.25.3", None),
        ("ru", "number", "1 250", "1250"),
        ("tr", "number", "2.000", "2000"),
        ("fr", "number", "sept", None),
        ("en", "number", "1.250", "1.25"),
        ("zh", "number", "12,345", "12345"),
        ("de", "date", "5.6.2020", "2020-06-05"),
        ("de", "date", "05. 06. 2020", "2020-06-05"),
        ("de", "date", "2020-06-05", "2020-06-05"),
        ("en", "date", "5.6.2020", None),
        ("fr", "date", "12/05/2020", "2020-05-12"),
        ("fr", "date", "05/13/2020", "2020-05-13"),
        ("en", "date", "12 mai 2020", None),
        ("de", "date", "12. Mai 2020", "2020-05-12"),
        ("de", "date", "31. Jänner 2020", "2020-01-31"),
        ("de", "date", "31. Februar 2020", None),
        ("de", "date", "00. Mai 2020", None),
        ("de", "date", "12. bis 14. Mai 2020", None),
        ("de", "date", "12. Mai 20", None),
        ("de", "date", "May 12, 2020", "2020-05-12"),
        ("es", "date", "12 de mayo de 2020", "2020-05-12"),
        ("pt", "date", "1º de março de 2011", "2011-03-01"),
        ("fr", "date", "1er février 1999", "1999-02-01"),
        ("ca", "date", "12 d’abril de 2020", "2020-04-12"),
        ("ru", "date", "12 мая 2020 г.", "2020-05-12"),
        ("uk", "date", "травень 2020", "2020-05"),
        ("hu", "date", "2020. május 12.", "2020-05-12"),
        ("lv", "date", "2020. gada 12. maijs", "2020-05-12"),
        ("eu", "date", "2020ko maiatzaren 12a", "2020-05-12"),
        ("pl", "date", "listopad 2020", "2020-11"),
        ("hr", "date", "listopad 2020", "2020-10"),
        ("ar", "date", "12 مايو، 2020", "2020-05-12"),
        ("he", "date", "12 במאי 2020", "2020-05-12"),
        ("hi", "date", "12 मई 2020", "2020-05-12"),
        ("th", "date", "12 พฤษภาคม 2563", "2020-05-12"),
        ("vi", "date", "ngày 12 tháng 5 năm 2020", "2020-05-12"),
        ("ko", "date", "2020년 5월 12일", "2020-05-12"),
        ("ko", "date", "2020년", "2020"),
        ("ja", "date", "２０２０年５月", "2020-05"),
        ("zh", "date", "2020年13月1日", None),
    ],
)
def test_numbers_and_dates_are_read_as_their_language_writes_them(language, datatype, text, value):
    assert normalise(datatype, text, language=language) == (Value(datatype, value) if value else None)


@pytest.mark.parametrize("language, text", [("de", "3. Januar"), ("zh", "1月3日"), ("it", "il 3 gennaio"), ("vi", "3 tháng 1")])
def test_a_day_without_a_year_is_of_the_year_that_is_nearest_in_every_language(language, text):
    assert normalise("date", text, "2019-12-20", language) == Value("date", "2020-01-03")
    assert normalise("date", text, None, language) is None
