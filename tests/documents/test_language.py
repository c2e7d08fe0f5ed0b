from kgbuild.documents.language import UNKNOWN, classify, known_languages


def test_what_texts_are_classified_as_is_known():
    found = classify("Das Unternehmen wurde im Jahr 1998 in Berlin gegründet und beschäftigt heute über tausend Menschen.")[0]
    assert found == "de" and {"en", "zh", found} <= known_languages()
    assert not {UNKNOWN, "zxx", "arz", "English", ""} & known_languages()
