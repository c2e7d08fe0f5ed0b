import pytest

from kgbuild.graph.stops import is_in_address
from kgbuild.graph.trimming import trim


@pytest.mark.parametrize(
    "name, after, kept",
    [
        ("World War I.", " After", "World War I"),
        ("World War II.", "", "World War II"),
        ("Digital.gov.", " We", "Digital.gov"),
        ("USWDS 3.6.1.", "\n\nAnd", "USWDS 3.6.1"),
        ("OI&E.", " The", "OI&E"),
        ("NARA.", "\n\nWe", "NARA"),
        ("Iraq.", "” He", "Iraq"),
        ("IVRs.", " They", "IVRs"),
        ("Springfield.", " and", "Springfield"),
        ("(GSA.)", " The", "GSA"),
        ("Iraq.", " and", "Iraq."),
        ("MediWound Ltd.", "of Yavne", "MediWound Ltd."),
        ("Acme, Inc.", " The", "Acme, Inc."),
        ("BUCKLE, INC.", "\n\nWe", "BUCKLE, INC."),
        ("Robert Downey Jr.", "", "Robert Downey Jr."),
        ("U.S.", " The", "U.S."),
        ("Washington, D.C.", "", "Washington, D.C."),
        ("Bank of New York, N.A.", " The", "Bank of New York, N.A."),
        ("Brett Giroir M.D.", " The", "Brett Giroir M.D."),
        ("Alice B.", " She", "Alice B."),
        ("Malcolm X.", " He", "Malcolm X."),
        ("Los Angeles, Cal.", "", "Los Angeles, Cal."),
    ],
)
def test_a_name_keeps_its_own_full_stop_and_leaves_that_of_its_sentence(name, after, kept):
    text = f"Well, {name}{after}"
    start, end = trim(text, 6, 6 + len(name))

    assert text[start:end] == kept


@pytest.mark.parametrize(
    "text, name, is_part",
    [
        ("the USA.gov platform", "USA", True),
        ("the Data.gov catalog", "Data.", True),
        ("handbook.tts.gsa.gov/code", "tts", True),
        ("write to me@doxyz.gov", "me@doxyz.", True),
        ("see Blueprint.pdf, page 2", "Blueprint", True),
        ("the USA.gov platform", "USA.gov", False),
        ("in the USA. It rained", "USA", False),
        ("MediWound Ltd.of Yavne", "MediWound Ltd.", False),
        ("by NASA.The launch", "NASA", False),
        ("Francis S. Collins M.D.", "Francis S. Collins M.", False),
        ("in the USA.", "USA", False),
    ],
)
def test_an_address_is_not_the_name_that_it_begins_with(text, name, is_part):
    assert is_in_address(text, text.index(name) + len(name)) is is_part
