"""A pronoun in a sentence -> the name that it stands for, where its paragraph leaves no choice.

"Anna Petrov joined us in May. She was with Deutsche Bank." A phrase reads one sentence; here the "She" becomes a name in it. One person
must be named in the paragraph before the pronoun and none else, or the sentence before goes on about the same "she". The same holds
for an organisation and "The company", and for "It" where the paragraph begins with it and names no product. English words; offsets
are half-open, in the sentence.
"""

import re
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kgbuild.build.phrasebook.forms import HON
from kgbuild.build.phrases import Name

NAME = "pronouns"
"""What switches them off, in `hygiene_off`."""
KINDS = r"company|firm|group|institute|start-?up|club|organi[sz]ation|agency|foundation|charity|bank|studio|publisher|brewery|museum|association|union"
PERSON = re.compile(r"\b(?:he|she)\b|^(?:his|her)\b(?= [a-z])", re.IGNORECASE)
BODY = re.compile(rf"^the (?:{KINDS})\b(?='s| [a-z])", re.IGNORECASE)
IT = re.compile(r"^its?\b(?= [a-z])", re.IGNORECASE)
BEFORE = re.compile(r"^(?:[^\"“”]{0,60}, |[^\"“”,]{0,40} )?$")
"""What may stand before a pronoun in its sentence: "In 1968 ", "Before that, "; no speech."""
SOMEBODY = re.compile(
    r"\b(?:mother|father|wife|husband|spouse|partner|brother|sister|son|daughter|uncle|aunt|cousin|friend|colleague|successor|predecessor|married|marriage|parents?|child(?:ren)?|survived|grand\w+)s?\b",
    re.IGNORECASE,
)
"""Words for somebody whom a pronoun behind them may mean."""
TITLE = re.compile(HON, re.IGNORECASE)
PREDICATE = re.compile(
    r"(?:\s*\([^()]*\))?,?\s*(?:is|was|has|had|served|serves|worked|works|joined|became|began|started|studied|attended|graduated|earned|received|moved"
    r"|founded|co-?founded|led|leads|holds|held|played|plays|won|wrote|spent|taught|teaches|previously|also|currently|then)\b"
)
"""What follows somebody whom the next sentence goes on about."""
GENDER = {"he": "m", "his": "m", "she": "f", "her": "f"}


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a sentence and which thing it names: names of one thing share it."""

    name: Name
    thing: Hashable


@dataclass(slots=True)
class _Paragraph:
    """What a paragraph has named before a sentence; topic: of the sentence before, the word of its pronoun and who that was; subject: the
    person that it begins with, where others stand in it as well; main: the subject of the paragraph's first sentence.
    """

    label: str
    pattern: re.Pattern[str]
    named: dict[Hashable, Name] = field(default_factory=dict)
    subject: Named | None = None
    main: Named | None = None
    topic: tuple[str, Named] | None = None
    is_crowded: bool = False


def stand_ins(
    text: str, sentences: Sequence[tuple[int, int]], blocks: Sequence[int], names: Mapping[int, Collection[Named]]
) -> Iterator[tuple[int, Name]]:
    """Sentence by sentence the pronouns whose thing is certain, as names that carry the number of its last mention.

    names: by sentence; blocks: of each sentence, as a passage has them.
    """
    block = -1
    paragraphs: list[_Paragraph] = []
    for index, (start, end) in enumerate(sentences):
        if blocks[index] != block:
            topic = _carried(paragraphs[0]) if paragraphs else None
            block, paragraphs = blocks[index], [_Paragraph("PER", PERSON, topic=topic), *_bodies()]
        here = sorted(names.get(index, ()), key=lambda named: named.name.start)
        for paragraph in paragraphs:
            name = _stand_in(paragraph, text[start:end], here)
            _go_on(paragraph, text[start:end], here, name)
            if name is not None:
                yield index, name


def _bodies() -> list[_Paragraph]:
    return [_Paragraph("ORG", BODY), _Paragraph("ORG", IT)]


def _carried(paragraph: _Paragraph) -> tuple[str, Named] | None:
    """Whom the first sentence of the next paragraph may go on about: the one person of this one, or whom it began with."""
    if len(paragraph.named) != 1 or paragraph.is_crowded:
        return ("", paragraph.main) if paragraph.main and not paragraph.is_crowded else None
    ((thing, name),) = paragraph.named.items()
    return paragraph.topic[0] if paragraph.topic else "", Named(name, thing)


def _stand_in(paragraph: _Paragraph, sentence: str, here: Sequence[Named]) -> Name | None:
    found = paragraph.pattern.search(sentence)
    meant = _meant(paragraph, found.group()) if found else None
    if found is None or meant is None or not BEFORE.match(sentence[: found.start()]):
        return None
    earlier = {one.thing for one in here if one.name.start < found.end() and one.name.label == paragraph.label}
    if earlier - {meant.thing} or any(one.name.start < found.end() and found.start() < one.name.end for one in here):
        return None
    return Name(found.start(), found.end(), paragraph.label, meant.name.number)


def _meant(paragraph: _Paragraph, word: str) -> Named | None:
    if paragraph.topic is not None and paragraph.topic[0] in ("", _gender(word)):
        return paragraph.topic[1]
    if len(paragraph.named) == 1 and not paragraph.is_crowded:
        return next(Named(name, thing) for thing, name in paragraph.named.items())
    return paragraph.subject


def _go_on(paragraph: _Paragraph, sentence: str, here: Sequence[Named], name: Name | None) -> None:
    """Take in a sentence: whom it names, and whom the next one may go on about."""
    word = paragraph.pattern.search(sentence)
    meant = _meant(paragraph, word.group()) if name and word else None
    if meant is not None and word is not None:
        paragraph.named.setdefault(meant.thing, meant.name)
        paragraph.topic = _gender(word.group()), meant
    else:
        paragraph.topic = None
    is_first = not paragraph.named
    paragraph.subject = _subject(sentence, here) if paragraph.pattern is PERSON and meant is None else None
    paragraph.main = paragraph.main or (paragraph.subject if is_first else None)
    paragraph.named |= {one.thing: one.name for one in here if one.name.label == paragraph.label}
    if paragraph.pattern is PERSON:
        unknown = word is not None and name is None and is_first and not any(one.name.end < word.start() for one in here)
        paragraph.is_crowded |= unknown or bool(SOMEBODY.search(sentence))
    elif paragraph.pattern is IT and here:
        is_begun = here[0].name.label == "ORG" and here[0].name.start <= len("The ")
        paragraph.is_crowded |= (is_first and not is_begun) or any(one.name.label == "MISC" for one in here)


def _subject(sentence: str, here: Sequence[Named]) -> Named | None:
    """The person that a sentence begins with and goes on about; none where it speaks of relatives, whom a pronoun may mean."""
    first = here[0] if here else None
    if first is None or first.name.label != "PER" or SOMEBODY.search(sentence):
        return None
    begins = TITLE.fullmatch(sentence[: first.name.start]) and PREDICATE.match(sentence, first.name.end)
    return first if begins else None


def _gender(word: str) -> str:
    return GENDER.get(word.casefold(), "n")
