"""Where a short form's longer names are looked for: fewer places than all names, and none too few."""

import time

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.resolution import expand as expanding
from kgbuild.resolution.expand import Names, expand, fullness

FIRST = ["john", "jo", "j", "jane", "q", "quincy", "smith"]
LAST = ["smith", "smith jr", "jones", "john", "j"]
NAMES = st.sets(
    st.one_of(
        st.builds(lambda first, last: ("Person", " ".join([*first, last])), st.lists(st.sampled_from(FIRST), max_size=3), st.sampled_from(LAST)),
        st.lists(st.sampled_from(["acme", "widget", "bank", "of", "tallis", "inc"]), min_size=1, max_size=4).map(
            lambda words: ("Organization", " ".join(words))
        ),
    ),
    max_size=12,
)  # fmt: skip


def joined(names):
    found = Names(tuple(names))
    expand(found, frozenset())
    return {name: found.root(name) for name in names}


def joined_among_all(names):
    """The same with every fuller name looked at."""
    found, done = Names(tuple(names)), []
    for name in sorted(names, key=fullness, reverse=True):
        target = expanding._target(name, done, found)
        if target is not None:
            found.join(name, target, "")
        done.append(name)
    return {name: found.root(name) for name in names}


@given(NAMES)
def test_no_longer_name_is_overlooked(names):
    assert joined(names) == joined_among_all(names)


def test_thousands_of_persons_of_one_last_name_take_no_square_of_time():
    """As in a family's register: 4,000 took half a minute."""
    letters = "abcdefghij"
    names = [("Person", f"{a}{b}{c}{d}en smith") for a in letters for b in letters for c in letters for d in "abcd"]
    started = time.process_time()

    assert joined(names)["Person", "abcden smith"] == ("Person", "abcden smith")
    assert time.process_time() - started < 5
