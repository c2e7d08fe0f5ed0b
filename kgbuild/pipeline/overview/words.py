"""Names of rules, outcomes and settings -> sentences for somebody who has read no manual."""

from kgbuild.build import claims

RULES = {
    # mentions
    "mention below its minimum score": "The model was not sure enough that these words name something.",
    "stands only on repeated blocks": "Names in footers, menus and other blocks that recur in many documents.",
    "empty": "Nothing but spaces and marks was left of the name.",
    "email": "An e-mail address is no entity.",
    "url": "A web address is no entity.",
    "handle": "A user name such as @someone is no entity.",
    "hashtag": "A hashtag is no entity.",
    "file_name": "A file name is no entity.",
    "phone_number": "A phone number is no entity.",
    "no_letter": "Only digits and punctuation.",
    "one_letter": "A single letter.",
    "pronoun": "A pronoun: “we”, “it”, “us”.",
    "form_furniture": "Parts of forms and pages: “Item 7”, “Table of contents”.",
    "bare_title": "A title or a kind of body without a name: “Secretary”, “the agency”.",
    "too_many_words": "More than twelve words: no name.",
    "person_with_digits": "A person’s name does not hold digits.",
    "person_in_small_letters": "A person’s name begins with a capital.",
    "name_in_small_letters": "Common words in small letters: “the think tank”.",
    "only_in_headings": "Names that stand only in headings or lines in capitals, never in running text.",
    "people_or_language_without_relation": "Peoples and languages (“German”) that take part in no fact of the document.",
    "withheld": "What rules of privacy put in the place of a name, a number or an address.",
    "abbreviation_of_common_words": "Abbreviations of common words: “FY” of “fiscal year (FY)”.",
    "part_of_an_address": "Parts of addresses and file names: “USA” of “USA.gov”.",
    # facts
    "fact below its threshold": "The model saw a sign of the fact, but was not sure enough.",
    "an end of the fact was left out": "One of the two names of the fact was itself left out.",
    "both ends of the fact are the same": "A fact between a thing and itself.",
    "the schema does not allow these types for the relation": "The relation does not join things of these types.",
    "the value cannot be normalised": "A date or number that cannot be told: “last year” in an undated document.",
    # facts that cannot be true beside others
    "itself": "A fact between an entity and itself.",
    "domain": "A fact whose subject turned out to be of a type that the relation does not begin at.",
    "range": "A fact whose object turned out to be of a type that the relation does not lead to.",
    "functional": "A second answer where there can be one only: a second place of birth.",
    "ends_before_it_begins": "An end before its beginning: a death before the birth.",
    "both_ways": "A is part of B and B is part of A.",
    # not read
    "numeric table row": "Rows of tables that hold mostly numbers.",
    "code block": "Program code.",
    "passages in other languages": "Passages in languages that the model does not read.",
}
OUTCOMES = {
    "ok": "read",
    "no_text": "without text",
    "skipped": "skipped",
    "quarantined": "cannot be read",
    "retry": "to be tried again",
}


def meaning(rule: str) -> str:
    """What a rule leaves out, in a sentence; '' for one that says it by its name."""
    if rule in RULES:
        return RULES[rule]
    if rule.startswith("label ") and rule.endswith(" is not in the schema"):
        return "The model knows it, the schema does not ask for it."
    told = (claims.RULES[rule].__doc__ or "") if rule in claims.RULES else ""
    return " ".join(told.split())
