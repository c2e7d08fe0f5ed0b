"""Which name a pronoun stands for, where its paragraph leaves no choice; and what phrases then say, on two sentences."""

import pytest

from kgbuild.build import phrases, pronouns
from kgbuild.records import Scope
from tests.build.test_phrases import placed, read


def meant(text):
    """Pronouns of a text (a sentence a line, a blank line between paragraphs) with the names that they stand for."""
    sentences, blocks, names, plain = [], [], {}, ""
    for block, paragraph in enumerate(text.split("\n\n")):
        for line in paragraph.split("\n"):
            sentence, found = read(line)
            names[len(sentences)] = [
                pronouns.Named(
                    phrases.Name(n.start, n.end, n.label, 100 * len(sentences) + n.number), sentence[n.start : n.end]
                )
                for n in found
            ]
            sentences.append((len(plain), len(plain) + len(sentence)))
            blocks.append(block)
            plain += sentence + " "
    of_number = {named.name.number: named.thing for there in names.values() for named in there}
    cut = {index: plain[slice(*sentences[index])] for index in names}
    return [
        (cut[index][name.start : name.end], of_number[name.number])
        for index, name in pronouns.stand_ins(plain, sentences, blocks, names)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[P Ana Li] came.\nBefore that, she was with [O GSA].", [("she", "Ana Li")]),
        ("[P Ana Li] came.\nHer brother, [P Bo Ek], runs [O GSA].", [("Her", "Ana Li")]),
        ("[P Ana Li] met [P Bo Ek].\nHe works for [O GSA].", []),
        ("[P Ana Li] came.\nIn 1968 she worked with [P Bo Ek].\nShe joined [O GSA].", [("she", "Ana Li"), ("She", "Ana Li")]),
        ("[P Ana Li] came.\nIn 1968 she worked with [P Bo Ek].\nHe joined [O GSA].", [("she", "Ana Li")]),
        ("[P Ana Li] came.\n[P Bo Ek] said he works for [O GSA].", []),
        ("[P Ana Li]'s mother died.\nShe was the sister of [P Bo Ek].", []),
        ("[P Ana Li] came.\n“She works for [O GSA],” they said.", []),
        ("[P Ana Li]\n\nShe works for [O GSA].", [("She", "Ana Li")]),
        ("[P Ana Li] met [P Bo Ek].\n\nShe works for [O GSA].", []),
        ("[P Ana Li] (born [T 1958]) is a founder of [O GSA], with [P Bo Ek].\nShe was with [O NOAA].", [("She", "Ana Li")]),
        ("Dr. [P Ana Li] was a student of [P Bo Ek].\n\nShe founded [O GSA].", [("She", "Ana Li")]),
        ("[P Ana Li] was the wife of [P Bo Ek].\nHe founded [O GSA].", []),
        ("[P Ana Li] and [P Bo Ek] founded [O GSA].\nHe was with [O NOAA].", []),
        ("Later [P Ana Li] was seen by [P Bo Ek].\nHe was with [O NOAA].", []),
        ("She is married to [P Bo Ek].\nHer brother, [P Al Jo], works for [O GSA].", []),
        ("[L Oslo] – [O Acme AG] opened a plant.\nThe company is based in [L Graz].", [("The company", "Acme AG")]),
        ("[O Acme AG] bought [O Bolt].\nThe company is based in [L Graz].", []),
        ("[O FK Drava] is a club.\nIt was founded in [T 1933].", [("It", "FK Drava")]),
        ("The game was published by [O Acme AG].\nIt was made in [T 1933].", []),
        ("[O Acme AG] made [M Doom].\nIt was released in [T 1993].", []),
    ],
)
def test_a_pronoun_stands_for_the_one_name_that_it_can_mean(text, expected):
    assert meant(text) == expected


TEXT = "[P Anna Petrov] came to us in May. She works for [O Deutsche Bank]."


def test_a_fact_of_a_pronoun_rests_on_two_sentences_and_is_inferred():
    (statement,) = placed(TEXT).statements

    assert (statement.predicate, statement.scope, len(statement.evidence)) == ("EMPLOYED_BY", Scope.INFERRED, 2)


def test_pronouns_can_be_switched_off():
    assert placed(TEXT, hygiene_off=(pronouns.NAME,)).statements == ()
