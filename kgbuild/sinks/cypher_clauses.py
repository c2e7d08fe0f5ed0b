"""Cypher tokens -> clauses, their items, and the blocks of subqueries. It knows Cypher's shape, not what an engine makes of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kgbuild.errors import QueryError
from kgbuild.sinks.cypher_lexer import Kind, Token, at, closers, tokens

CLAUSES = frozenset(
    (
        "MATCH",
        "OPTIONAL",
        "WHERE",
        "WITH",
        "RETURN",
        "UNWIND",
        "CALL",
        "UNION",
        "ORDER",
        "SKIP",
        "OFFSET",
        "LIMIT",
        "YIELD",
        "FINISH",
    )
)
BLOCK_WORDS = frozenset(("EXISTS", "COUNT", "COLLECT", "CALL"))
QUANTIFIERS = frozenset(("EXISTS", "COUNT", "COLLECT", "ANY", "ALL", "NONE", "SINGLE", "REDUCE", "CASE"))
"""Words that open an expression of its own."""
SHORTEST = frozenset(("SHORTESTPATH", "ALLSHORTESTPATHS"))


@dataclass(frozen=True, slots=True)
class Clause:
    """tokens[begin:end] after the clause's own words; keyword: index of its first word; word: "OPTIONAL MATCH", "ORDER BY", …"""

    word: str
    keyword: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """One of WITH's or RETURN's items: tokens[begin:value_end] is the expression, up to `end` the alias; is_star: it is `*`."""

    begin: int
    value_end: int
    end: int
    is_star: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A query's text and tokens; closers and openers pair the brackets' indices."""

    text: str
    tokens: tuple[Token, ...]
    closers: dict[int, int]
    openers: dict[int, int]

    def word(self, index: int) -> str:
        """The word at an index in upper case, or nothing."""
        return self.tokens[index].word if 0 <= index < len(self.tokens) else ""

    def sign(self, index: int) -> str:
        """The sign at an index, or nothing."""
        return self.tokens[index].text if 0 <= index < len(self.tokens) and self.tokens[index].kind is Kind.SIGN else ""

    def source(self, begin: int, end: int) -> str:
        """The text of tokens[begin:end]."""
        return self.text[self.tokens[begin].start : self.tokens[end - 1].end]

    def is_keyword(self, index: int) -> bool:
        """Whether a bare word can be a keyword where it stands: no property, label, alias or key of a map."""
        if not self.word(index):
            return False
        if self.sign(index - 1) in (".", ":", "|", "&", "!") or self.word(index - 1) == "AS" or self.sign(index + 1) == ".":
            return False
        return not (self.sign(index - 1) in ("{", ",") and self.sign(index + 1) == ":")

    def dotted(self, index: int) -> str:
        """The dotted name that starts at an index: db.index.fulltext.queryNodes."""
        name = ""
        while index < len(self.tokens) and self.tokens[index].kind in (Kind.WORD, Kind.QUOTED):
            name += self.tokens[index].name
            if self.sign(index + 1) != ".":
                break
            name, index = name + ".", index + 2
        return name

    def opener_of(self, index: int) -> int:
        """Index of the innermost bracket that holds an index; -1 if none does."""
        return max((opener for opener, closer in self.closers.items() if opener < index < closer), default=-1)

    def opens_block(self, index: int) -> bool:
        """Whether a subquery begins here: EXISTS {, COUNT {, COLLECT {, CALL {, CALL (…) {."""
        if self.sign(index) != "{":
            return False
        if self.sign(index - 1) == ")":
            return self.word(self.openers[index - 1] - 1) == "CALL"
        return self.word(index - 1) in BLOCK_WORDS

    @property
    def blocks(self) -> list[tuple[int, int]]:
        """The whole query and the inside of every subquery, as ranges of tokens."""
        inner = [(index + 1, end) for index, end in sorted(self.closers.items()) if self.opens_block(index)]
        return [(0, len(self.tokens)), *inner]

    @property
    def call_blocks(self) -> list[tuple[int, int]]:
        """The whole query and the inside of every CALL subquery."""
        return [block for block in self.blocks if block[0] == 0 or self._is_called(block[0] - 1)]

    def _is_called(self, index: int) -> bool:
        before = self.openers[index - 1] - 1 if self.sign(index - 1) == ")" else index - 1
        return self.word(before) == "CALL"

    def outer(self, begin: int, end: int) -> Iterator[int]:
        """Indices in a range that stand in no bracket of that range; brackets that open are given, what is inside is not."""
        index = begin
        while index < end:
            yield index
            index = self.closers.get(index, index) + 1 if index in self.closers else index + 1

    def clauses(self, begin: int, end: int) -> list[Clause]:
        """The clauses of a range, in order."""
        starts = [index for index in self.outer(begin, end) if self._starts_clause(index, begin)]
        ends = [*starts[1:], end] if starts else []
        return [clause for start, stop in zip(starts, ends, strict=True) if (clause := self._clause(start, stop)) is not None]

    def branches(self, begin: int, end: int) -> list[list[Clause]]:
        """The clauses of a range, one list for each side of its UNIONs."""
        sides: list[list[Clause]] = [[]]
        for clause in self.clauses(begin, end):
            if clause.word == "UNION":
                sides.append([])
            else:
                sides[-1].append(clause)
        return sides

    def patterned(self, begin: int, end: int) -> Iterator[list[Clause]]:
        """The branches of a range, where the pattern of `EXISTS { (a)-->(b) … }` is a MATCH, too: one whose keyword is its begin."""
        for clauses in self.branches(begin, end):
            first = clauses[0].keyword if clauses else end
            yield [Clause("MATCH", begin, begin, first), *clauses] if 0 < begin < first else clauses

    def _starts_clause(self, index: int, begin: int) -> bool:
        word = self.word(index)
        if word not in CLAUSES or not self.is_keyword(index):
            return False
        if word == "WITH":
            return self.word(index - 1) not in ("STARTS", "ENDS")
        if word == "ORDER":
            return self.word(index + 1) == "BY"
        if word == "OPTIONAL":
            return self.word(index + 1) in ("MATCH", "CALL")
        return index == begin or self.word(index - 1) != "OPTIONAL"

    def _clause(self, start: int, end: int) -> Clause | None:
        word = self.word(start)
        if word in ("OPTIONAL", "ORDER"):
            return Clause(f"{word} {self.word(start + 1)}", start, start + 2, end)
        last = end - 1 if end == len(self.tokens) and self.sign(end - 1) == ";" else end
        return Clause(word, start, start + 1, last)

    def items(self, clause: Clause) -> list[Item]:
        """The comma-separated items of WITH, RETURN or UNWIND."""
        begin = clause.begin + (self.word(clause.begin) == "DISTINCT" and clause.begin + 1 < clause.end)
        found: list[Item] = []
        for index in [*self._commas(begin, clause.end), clause.end]:
            if begin < index:
                found.append(self._item(begin, index))
            begin = index + 1
        return found

    def _commas(self, begin: int, end: int) -> Iterator[int]:
        """Commas between items: not those of `CASE x WHEN 1, 2 THEN …`."""
        cases = 0
        for index in self.outer(begin, end):
            if self.is_keyword(index):
                cases += (self.word(index) == "CASE") - (self.word(index) == "END" and cases > 0)
            if self.sign(index) == "," and not cases:
                yield index

    def _item(self, begin: int, end: int) -> Item:
        has_alias = end - begin >= 3 and self.word(end - 2) == "AS" and self.sign(end - 3) != "."
        return Item(begin, end - 2 if has_alias else end, end, end - begin == 1 and self.sign(begin) == "*")

    def column(self, item: Item) -> str:
        """The name that an item has in the rows: its alias, the variable, or its own text."""
        last = self.tokens[item.end - 1]
        if item.value_end < item.end or (item.end - item.begin == 1 and last.kind in (Kind.WORD, Kind.QUOTED)):
            return last.name
        return self.source(item.begin, item.end)

    def conjuncts(self, clause: Clause) -> list[tuple[int, int]]:
        """The parts of a predicate that AND joins; the whole predicate where OR, XOR or CASE stands beside them."""
        outer = [index for index in self.outer(clause.begin, clause.end) if self.is_keyword(index)]
        words = {self.word(index) for index in outer}
        cuts = [] if words & {"OR", "XOR", "CASE"} else [index for index in outer if self.word(index) == "AND"]
        edges = [clause.begin - 1, *cuts, clause.end]
        return [(left + 1, right) for left, right in pairwise(edges) if left + 1 < right]

    def names_something(self, clause: Clause) -> bool:
        """Whether a pattern has a variable: a name behind ( or [ , or a path's."""
        named = (i for i in range(clause.begin, clause.end) if self.tokens[i].kind in (Kind.WORD, Kind.QUOTED))
        return any(self.sign(i - 1) in ("(", "[") or self.sign(i + 1) == "=" for i in named)

    def path_names(self, clause: Clause) -> list[str]:
        """Variables of paths: p in `p = (a)-->(b)`, `p = shortestPath(…)`."""
        outer = list(self.outer(clause.begin, clause.end))
        return [self.tokens[index].name for index in outer if self.tokens[index].name and self.sign(index + 1) == "="]

    def shortest_path_names(self, clause: Clause) -> set[str]:
        """Variables of the paths that shortestPath finds, and of their relationships."""
        names: set[str] = set()
        for index in self.outer(clause.begin, clause.end):
            if self.word(index) not in SHORTEST or self.sign(index + 1) != "(":
                continue
            if self.sign(index - 1) == "=":
                names.add(self.tokens[index - 2].name)
            inside = range(index + 1, self.closers[index + 1])
            names.update(self.tokens[i + 1].name for i in inside if self.sign(i) == "[")
        return names - {""}

    def is_label(self, index: int) -> bool:
        """Whether a name is a label or type behind a colon, and no value in a map."""
        index -= 1
        while self.sign(index) in ("(", "!") and self.sign(index - 1) in (":", "|", "&", "!", "("):
            index -= 1
        if self.sign(index) in ("|", "&", "!"):
            return True
        if self.sign(index) != ":":
            return False
        opener = self.opener_of(index)
        in_map = self.sign(opener) == "{" and not self.opens_block(opener)
        return not (in_map and self.sign(index - 2) in ("{", ","))

    def in_reduce_head(self, index: int) -> bool:
        """Whether the = at an index is that of reduce(total = 0, …)."""
        return self.sign(index) == "=" and self.sign(index - 2) == "(" and self.word(index - 3) == "REDUCE"


def parse(text: str) -> Query:
    """Tokens and brackets of a query. Raises QueryError where the text is no Cypher at all."""
    found = tokens(text)
    pairs = closers(found, text)
    return Query(text, found, pairs, {closer: opener for opener, closer in pairs.items()})


def refuse(query: Query, token: Token, what: str) -> QueryError:
    """The error to raise: what is wrong, where the token stands."""
    return QueryError(f"{at(query.text, token.start)}: {what}")
