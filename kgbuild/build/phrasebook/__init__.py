"""The set phrases of English that say a fact, as regular expressions over sentences in which each name is one sign.

forms.py: what a phrase is and the pieces they are made of; the other files: phrases by subject. `build.phrases` reads sentences by them.
"""

from kgbuild.build.phrasebook.events import EVENTS
from kgbuild.build.phrasebook.forms import FIRST, ROOM, TYPES, Phrase
from kgbuild.build.phrasebook.jobs import JOBS
from kgbuild.build.phrasebook.lives import LIVES
from kgbuild.build.phrasebook.organisations import ORGANISATIONS
from kgbuild.build.phrasebook.parties import PARTIES
from kgbuild.build.phrasebook.works import WORKS

__all__ = ["FIRST", "NAMES", "PHRASES", "ROOM", "TYPES", "Phrase"]

PHRASES: tuple[Phrase, ...] = (*JOBS, *ORGANISATIONS, *WORKS, *LIVES, *PARTIES, *EVENTS)
"""All phrases. Names are unique."""

NAMES = frozenset(phrase.name for phrase in PHRASES)
