"""What these tests share: a corpus file from its content, random documents, and small real-looking rows of each format."""

import json

from hypothesis import strategies as st

from kgbuild.corpora.formats import read_corpus
from kgbuild.corpora.making import annotated, from_text
from kgbuild.corpora.reading import Reading


def written(folder, name, content):
    """A file; content: text, bytes, or rows of JSON Lines."""
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        lines = content if isinstance(content, str) else "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
        path.write_text(lines, encoding="utf-8", newline="")
    return path


def read(folder, content, name="corpus", format=None):
    """A corpus from its content."""
    return read_corpus(written(folder, name, content), format)


def surfaces(document):
    return [(document.text[m.start : m.end], m.type) for m in document.mentions]


def facts(document):
    """Relations as (head, label, tail), each end by the surface of its cluster's first mention."""
    names = [surfaces(document)[cluster[0]][0] for cluster in document.clusters]
    return [(names[r.head], r.label, names[r.tail]) for r in document.relations]


TEXTS = st.text(alphabet="ab Z.!\n9-人。𝒜é\u00a0", max_size=30)


@st.composite
def spans(draw, text):
    """Mentions of a text: anywhere, overlapping too, without white space at their ends."""
    found = []
    for _ in range(draw(st.integers(0, 4)) if text.strip() else 0):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        if text[start:end] == text[start:end].strip():
            found.append((start, end, draw(st.sampled_from(["PER", "ORG"]))))
    return found


@st.composite
def documents(draw, linked=None, scoped=True):
    """A document over a random text, with mentions and perhaps clusters and relations."""
    text = draw(TEXTS)
    mentions = draw(spans(text))
    reading = Reading("made")
    places = st.integers(0, len(mentions) - 1)
    ends = st.lists(st.tuples(places, places), max_size=3) if mentions else st.just([])
    chains = draw(ends) if (draw(st.booleans()) if linked is None else linked) else None
    links = [(a, b, draw(st.sampled_from(["P1", "knows"])), ()) for a, b in draw(ends)] if draw(st.booleans()) else None
    return annotated(from_text(draw(st.sampled_from(["a", "b"])), text, mentions, reading), reading, chains, links)
