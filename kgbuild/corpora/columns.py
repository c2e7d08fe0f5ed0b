"""CoNLL columns <-> gold documents: token first, tag last; empty lines end sentences, -DOCSTART- begins a document, "# " a comment.

Tags are IOB1, IOB2, BIOES, BILOU or BMES; they become IOB2. Columns are parted by tabs where a line has one, else by white space.
"""

import re
from collections.abc import Iterable, Sequence

from kgbuild.corpora.document import GoldDocument, GoldMention, iob2, join, one_space, spans_of
from kgbuild.corpora.making import lengths_to_ranges
from kgbuild.corpora.reading import BadRow, Content, Reading, text_of

DOCSTART = "-DOCSTART-"
TAG = re.compile(r"O|[BIMELSU]-\S.*")
_TO_BIO = {"S": "B", "U": "B", "E": "I", "L": "I", "M": "I"}
_LINE = re.compile(r"\r\n|\r|\n")

Cell = tuple[str, str]
"""A token and its tag."""


def looks(content: Content) -> bool:
    """Lines with a token and a tag: the first one that is no -DOCSTART-, and most of the first ones."""
    if content.text is None:
        return False
    lines = [line for line in _LINE.split(content.text[:20_000])[:60] if line.strip() and not line.startswith(DOCSTART)]
    rows = [cells for line in lines if not _is_comment(cells := _cells(line))]
    fit = [len(cells) > 1 and bool(TAG.fullmatch(cells[-1])) for cells in rows]
    return bool(fit) and fit[0] and sum(fit) * 2 >= len(fit)


def read(content: Content, reading: Reading) -> list[GoldDocument]:
    """All documents of a file; one without -DOCSTART- is one document."""
    documents = _parse(text_of(content), reading)
    if documents and len(documents[0].tokens) > 1 and all(token.isdigit() for token in documents[0].tokens[:20]):
        reading.said.append("the first column begins with numbers only; the token must stand in it: is it a line number?")
    return documents


def parse_columns(content: str, where: str = "input") -> list[GoldDocument]:
    """CoNLL columns, token first and tag last; empty lines end sentences, -DOCSTART- begins a document."""
    reading = Reading(where)
    documents = _parse(content, reading)
    reading.refuse_if_bad()
    return documents


def write(documents: Iterable[GoldDocument]) -> str:
    """Two columns, token TAB tag (IOB2); of mentions that overlap the longest is kept; tokens of white space are left out."""
    parts = []
    for document in documents:
        parts.append(f"{DOCSTART}\tO\n\n")
        tags = tags_by_token(document)
        for first, last in document.sentences:
            rows = [(document.tokens[i], tags[i]) for i in range(first, last) if document.tokens[i].strip()]
            fixed = zip(rows, iob2(tag for _, tag in rows), strict=True)
            parts.append("".join(f"{_one_line(token)}\t{tag}\n" for (token, _), tag in fixed) + "\n")
    return "".join(parts)


def tags_by_token(document: GoldDocument) -> list[str]:
    """IOB2 tags of the mentions that `flat` keeps."""
    tags = ["O"] * len(document.tokens)
    for mention in flat(document):
        tags[mention.first : mention.last] = [f"I-{mention.type}"] * (mention.last - mention.first)
        tags[mention.first] = f"B-{mention.type}"
    return tags


def flat(document: GoldDocument) -> list[GoldMention]:
    """Mentions that do not overlap, in text order: of those that do the longest, of equally long ones the first."""
    taken: list[GoldMention] = []
    used = bytearray(len(document.tokens))
    for mention in sorted(document.mentions, key=lambda m: (m.first - m.last, m)):
        if not any(used[mention.first : mention.last]):
            used[mention.first : mention.last] = b"\1" * (mention.last - mention.first)
            taken.append(mention)
    return sorted(taken)


def _parse(content: str, reading: Reading) -> list[GoldDocument]:
    documents: list[GoldDocument] = []
    sentences: list[list[Cell]] = [[]]
    scheme: set[str] = set()

    def close() -> None:
        kept = [sentence for sentence in sentences if sentence]
        if kept:
            documents.append(_document(f"{len(documents) + 1}", kept))
        sentences[:] = [[]]

    for number, line in enumerate(_LINE.split(content), 1):
        cells = _cells(line)
        if not any(cells):
            sentences.append([])
        elif cells[0] == DOCSTART:
            close()
        elif _is_comment(cells):
            reading.count("lines of comment, left out")
        else:
            for token, tag in reading.each([(f"line {number}", cells)], _cell):
                before = sentences[-1][-1][1] if sentences[-1] else "O"
                scheme.add("i" if tag[0] == "I" and before[1:] != tag[1:] else tag[0])
                sentences[-1].append((token, tag))
    close()
    if scheme - {"O"}:
        reading.said.append(f"tags are {_scheme(scheme)}")
    return documents


def _scheme(letters: set[str]) -> str:
    """The name of the scheme that has these letters; `i` is an I- that begins a mention."""
    if letters & {"L", "U"}:
        return "BILOU"
    if letters & {"E", "S", "M"}:
        return "BMES" if "M" in letters else "BIOES"
    return "IOB1" if "i" in letters else "IOB2"


def _cells(line: str) -> list[str]:
    if "\t" not in line:
        return re.split(" +", line.strip())  # a token may hold another blank: 10 000
    cells = [cell.strip() for cell in line.rstrip("\r\n").split("\t")]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _is_comment(cells: Sequence[str]) -> bool:
    """Whether a line is a comment ("# id 7"), and not the token # with its tag."""
    return bool(cells) and cells[0].startswith("#") and cells[0][1:2] in ("", " ") and not TAG.fullmatch(cells[-1])


def _cell(cells: Sequence[str]) -> Cell:
    if len(cells) < 2 or not cells[0] or not TAG.fullmatch(cells[-1]):
        raise BadRow(f"expected a token and a tag (O, B-… or I-…), found {' '.join(cells)[:60]!r}")
    return cells[0], cells[-1]


def _document(name: str, sentences: list[list[Cell]]) -> GoldDocument:
    tokens = tuple(token for sentence in sentences for token, _ in sentence)
    tags = tuple(tag for sentence in sentences for tag in iob2(_bio(tag) for _, tag in sentence))
    text, offsets = join(tokens, one_space)
    mentions = tuple(GoldMention(offsets[a][0], offsets[b - 1][1], label, a, b) for a, b, label in spans_of(tags))
    ranges = lengths_to_ranges(map(len, sentences))
    clusters = tuple((i,) for i in range(len(mentions)))
    return GoldDocument(name, text, tokens, offsets, ranges, mentions, clusters, tags=tags, linked=False)


def _bio(tag: str) -> str:
    return _TO_BIO.get(tag[0], tag[0]) + tag[1:]


def _one_line(token: str) -> str:
    return " ".join(token.split())
