"""Texts and a teacher elsewhere -> a file of annotations to train on. What was answered once is never asked again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgbuild.corpora.document import GoldDocument
from kgbuild.corpora.writing import teacher_lines, write_whole
from kgbuild.errors import TeacherError
from kgbuild.labelling.answers import Reply, Reviewed, parse, review
from kgbuild.labelling.endpoint import Endpoint, Message
from kgbuild.labelling.kept_answers import KeptAnswers, key_of
from kgbuild.labelling.teacher import Pace, teach
from kgbuild.labelling.vocabulary import VERSION, Vocabulary, vocabulary_of
from kgbuild.pipeline.passages import Text
from kgbuild.records import Progress
from kgbuild.schema import Schema

ANSWER_SHARE = 0.7
"""Tokens of an answer for each token of its text, as a guess."""
ANSWER_LEAST = 40
CHARACTERS = 4
"""Of a token of plain English; of other scripts a character is taken for a token."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would send. texts: all; requests: those that no answer is kept for; tokens: about how many go out and come back."""

    texts: tuple[Text, ...]
    requests: tuple[tuple[int, tuple[Message, ...]], ...]
    vocabulary: Vocabulary
    sent: int
    received: int


@dataclass(slots=True)
class Labelled:
    """What a run did. documents: in the order of the texts; failed: (name, reason) of texts without an answer, to be tried again.

    unusable: answers of which nothing can be kept, by why; refused: items that were not kept, by rule; used: tokens, as the
    server counts them.
    """

    documents: list[GoldDocument] = field(default_factory=list)
    cached: int = 0
    asked: int = 0
    retries: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    unusable: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    used: tuple[int, int] = (0, 0)


def plan(texts: Sequence[Text], schema: Schema, model: str, kept: KeptAnswers, *, again: bool = False) -> Plan:
    """What is to be asked. again: also what was answered with something that cannot be used."""
    vocabulary = vocabulary_of(schema)
    requests = []
    for index, text in enumerate(texts):
        messages = messages_of(vocabulary, text.text)
        before = kept.get(key_of(model, messages))
        if before is None or (again and parse(before.content) is None):
            requests.append((index, messages))
    said = [texts[index].text for index, _ in requests]
    sent = len(requests) * tokens(vocabulary.instructions) + sum(map(tokens, said))
    received = sum(ANSWER_LEAST + int(tokens(text) * ANSWER_SHARE) for text in said)
    return Plan(tuple(texts), tuple(requests), vocabulary, sent, received)


def messages_of(vocabulary: Vocabulary, text: str) -> tuple[Message, ...]:
    """What a teacher is told about one text."""
    return ({"role": "system", "content": vocabulary.instructions}, {"role": "user", "content": text})


def tokens(text: str) -> int:
    """About how many tokens a text has, for any model: an estimate, no promise."""
    plain = sum(character.isascii() for character in text)
    return -(-plain // CHARACTERS) + len(text) - plain


def label(
    planned: Plan,
    endpoint: Endpoint,
    kept: KeptAnswers,
    *,
    parallel: int = 4,
    pace: Pace | None = None,
    progress: Progress | None = None,
) -> Labelled:
    """Ask what is not answered yet, and review all answers; each answer is on disk before the next is looked at.

    Raises TeacherError where the server fails for good, or failed and nothing at all was answered.
    """
    done = Labelled(cached=len(planned.texts) - len(planned.requests), asked=len(planned.requests))
    pace = pace or Pace()
    failed = _ask(planned, endpoint, kept, parallel, pace, progress)
    done.retries = pace.retries
    for index, text in enumerate(planned.texts):
        messages = messages_of(planned.vocabulary, text.text)
        reply = kept.get(key_of(endpoint.model, messages))
        if reply is None or index in failed:
            done.failed.append((text.name, failed.get(index, "not asked")))
            continue
        take(done, review(reply, text.name, text.text, planned.vocabulary))
    asked = [kept.get(key_of(endpoint.model, messages)) for index, messages in planned.requests if index not in failed]
    done.used = tuple_sum([reply.used for reply in asked if reply is not None])
    if failed and len(failed) == len(planned.texts):
        raise TeacherError(f"no text was answered; the first: {done.failed[0][1]}")
    return done


def _ask(
    planned: Plan, endpoint: Endpoint, kept: KeptAnswers, parallel: int, pace: Pace, progress: Progress | None
) -> dict[int, str]:
    """Index of each text that was not answered, and why."""
    failed = {}
    jobs = [messages for _, messages in planned.requests]
    for count, (job, outcome) in enumerate(teach(endpoint.ask, jobs, parallel=parallel, pace=pace), 1):
        if isinstance(outcome, Reply):
            kept.put(key_of(endpoint.model, jobs[job]), endpoint.model, outcome)
        else:
            failed[planned.requests[job][0]] = str(outcome)
        if progress is not None:
            progress("asking", count, len(jobs))
    return failed


def take(done: Labelled, reviewed: Reviewed) -> None:
    """Add what one answer gave."""
    done.refused.update(reviewed.refused)
    if reviewed.document is None:
        done.unusable[reviewed.fault] += 1
    else:
        done.documents.append(reviewed.document)


def write(done: Labelled, model: str, path: Path) -> None:
    """Write the documents as kgbuild JSON Lines, each with its teacher; the file is there whole or not at all."""
    write_whole(path, teacher_lines(done.documents, model=model, instructions=VERSION))


def tuple_sum(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Sums of both sides."""
    return sum(left for left, _ in pairs), sum(right for _, right in pairs)
