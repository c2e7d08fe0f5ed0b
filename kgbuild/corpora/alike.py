"""Labels by count -> those that look like slips of the pen for another one: `company`, `Company ` and `Comapny` beside `Company`."""

from collections.abc import Collection, Mapping

SHORTEST = 6
"""Letters from which on one wrong letter is taken for a slip: below, PER and PET are two labels."""
RARER = 10
"""Times as rare a label of other letters is, at least, to be taken for a slip."""


def slips(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Pairs of a rarer label and the frequent one that it may be meant for, by name.

    Labels of the same letters are always such a pair; labels that differ by one letter, if one of them is far rarer.
    """
    pairs = []
    for label in sorted(counts):
        others = [other for other in counts if (counts[other], other) > (counts[label], label)]
        if near := nearest(label, [other for other in others if _is_slip(label, other, counts)]):
            pairs.append((label, near))
    return pairs


def nearest(label: str, others: Collection[str]) -> str | None:
    """The one of others that a label may be meant for: of the same letters, else with one letter wrong; None if there is none."""
    same = [other for other in others if other != label and _letters(other) == _letters(label)]
    close = same or [other for other in others if other != label and _is_near(_letters(label), _letters(other))]
    return min(close, default=None)


def told(label: str) -> str:
    """A label as messages show it: in quotes where blanks at its ends would not be seen."""
    return label if label == label.strip() else repr(label)


def _is_slip(label: str, other: str, counts: Mapping[str, int]) -> bool:
    return _letters(label) == _letters(other) or counts[label] * RARER <= counts[other]


def _letters(label: str) -> str:
    return "".join(char for char in label.casefold() if char.isalnum())


def _is_near(left: str, right: str) -> bool:
    """Whether two words of letters differ by one that is missing, wrong, or in its neighbour's place."""
    if min(len(left), len(right)) < SHORTEST or not (left + right).isalpha():
        return False
    if len(left) > len(right):
        left, right = right, left
    at = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), len(left))
    if len(left) < len(right):
        return left[at:] == right[at + 1 :]
    swapped = left[at + 1 : at + 2] + left[at : at + 1] + left[at + 2 :]
    return left[at + 1 :] == right[at + 1 :] or swapped == right[at:]
