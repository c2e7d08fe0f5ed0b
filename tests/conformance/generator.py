"""Random queries over the graph model, one a seed: patterns, predicates, subqueries, paths, aggregates, ordering, paging.

What a query gives is fixed by its text: where it pages, it orders by all its columns; lists that collect() makes are compared as sets.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from tests.conformance.expressions import EDGES, PROPERTIES, Expressions
from tests.conformance.graph import TYPES
from tests.conformance.tree import Tree

AGGREGATE = re.compile(r".*\b(?:count|sum|min|max|avg|collect)\(", re.DOTALL)


@dataclass
class Writer(Expressions):
    """Writes the clauses of one query."""

    def node(self, label: str | None, *, anchored: bool = False) -> str:
        known = [name for name, found in self.nodes.items() if found == label]
        if known and self.chance(0.15):
            return f"({self.random.choice(known)})"
        label = label or self.random.choice(TYPES)
        held = self.held(label) if self.chance(0.1) else ""
        name = self.name("n")
        self.nodes[name] = label
        shown = self.random.choice(
            (f":{label}", f":{label}", f":{label}|Missing", f":{label}&!Chunk" if label != "Chunk" else ":Chunk")
        )
        if held:
            return f"({name}{shown} {{{held}}})"
        if anchored and self.chance(0.6):
            zeros = "0" * (3 if label == "Statement" else 2)
            return f"({name}{shown} {{id: '{label[0].lower()}{zeros}{self.random.randrange(8)}'}})"
        if anchored:
            return f"({name}{shown} WHERE {name}.id < '{label[0].lower()}0{self.random.choice('12')}')"
        if self.chance(0.1):
            return f"({name}{shown} WHERE {name}.id < '{label[0].lower()}02')"
        return f"({name}{shown})" if self.chance(0.8) else f"({name})"

    def held(self, label: str) -> str:
        """An entry of a map that compares with what another variable holds; nothing where none has anything like it."""
        facts = [name for name, type in self.edges.items() if "document" in EDGES[type][2]]
        if facts and label in ("Document", "Statement"):
            return f"id: {facts[-1]}.document" if label == "Document" else f"triple_id: {facts[-1]}.id"
        key = self.random.choice([key for key, kind in PROPERTIES[label].items() if kind in ("int", "str")])
        value = self.of_kind(PROPERTIES[label][key])
        return f"{key}: {value}" if value else ""

    def pattern(self, *, anchored: bool) -> str:
        label = self.random.choice((*TYPES, *TYPES, "Document", "Statement"))
        text = self.node(label, anchored=anchored)
        here = self.nodes[text[1:].split(":")[0].split(")")[0].split(" ")[0]]
        for _ in range(self.random.choice((0, 1, 1, 1, 2))):
            edge, other = self.step(here)
            before = set(self.nodes)
            text += edge
            node = self.node(other)
            text += node
            fresh = [name for name in self.nodes if name not in before]
            here = self.nodes[fresh[-1]] if fresh else other or "Person"
        return text

    def match(self, *, optional: bool = False, anchored: bool = False) -> Tree:
        parts: list[Tree | str] = [self.pattern(anchored=anchored)]
        if anchored and self.chance(0.05):
            parts.append(self.pattern(anchored=True))
        path = ""
        if len(parts) == 1 and self.chance(0.1):
            path = self.name("p")
            self.values[path] = "path"
        before = ("OPTIONAL MATCH " if optional else "MATCH ") + (f"{path} = " if path else "")
        where = self.where(optional=optional) if self.chance(0.4) else ""
        return Tree((Tree(tuple(parts), before, ", ", least=1), where), between=" ", least=1)

    def further(self) -> Tree:
        """A MATCH from a node in scope, most often an OPTIONAL one; its end may be in scope too."""
        if not self.nodes:
            return self.match(optional=True, anchored=True)
        name = self.random.choice(list(self.nodes))
        edge, other = self.step(self.nodes[name])
        known = [known for known, label in self.nodes.items() if label == other]
        end = f"({self.random.choice(known)})" if known and self.chance(0.3) else self.node(other)
        first = Tree((f"({name}){edge}{end}",), self.random.choice(("OPTIONAL MATCH ", "OPTIONAL MATCH ", "MATCH ")))
        where = self.where(optional=first.before.startswith("OPTIONAL")) if self.chance(0.4) else ""
        return Tree((first, where), between=" ", least=1)

    def where(self, *, optional: bool = False) -> Tree:
        joined = self.random.choice((" AND ", " AND ", " OR ", " XOR "))
        self.optional = optional
        parts = tuple(self.predicate(2) for _ in range(self.random.choice((1, 1, 1, 2))))
        self.optional = False
        return Tree(parts, "WHERE ", joined, least=1)

    def items(self, *, aggregated: bool) -> list[tuple["Tree | str", str, str]]:
        found = [(*self.scalar(), self.name("c")) for _ in range(self.random.choice((1, 2, 2, 3)))]
        if aggregated:
            found += [(*self.aggregate(), self.name("c")) for _ in range(self.random.choice((1, 1, 2)))]
        return [(text, kind, name) for text, kind, name in found]

    def with_(self) -> Tree:
        kept = [name for name in self.nodes if self.chance(0.6)]
        items = self.items(aggregated=self.chance(0.5))
        items = [item for item in items if item[1] != "set"]
        parts = [*kept, *(Tree((text,), after=f" AS {name}") for text, _, name in items)] or ["1 AS one"]
        self.nodes = {name: self.nodes[name] for name in kept}
        facts = [f"{name}.id" for name, type in self.edges.items() if "support" in EDGES[type][2] and self.chance(0.3)]
        self.edges = {}
        self.values = {name: kind for _, kind, name in items if kind != "any"}
        distinct = "DISTINCT " if self.chance(0.2) else ""
        head = Tree(tuple(parts), f"WITH {distinct}", ", ", least=1)
        is_plain = not distinct and not any(
            AGGREGATE.match(str(text)) for text, _, _ in items
        )  # else facts are not known there
        keys = [
            *(facts if is_plain else ()),
            *self.keys(items),
            *(f"{name}.id" for name in kept),
            *(name for _, _, name in items),
        ]
        paging = self.paging(keys)
        return Tree((head, paging, self.having(items)), between=" ", least=1)

    def paging(self, keys: list[str]) -> str:
        """Sorted by all there is, and cut, so that the rows that are left are the same ones."""
        if not keys or not self.chance(0.25):
            return ""
        order = ", ".join(f"{key}{self.random.choice(('', ' DESC'))}" for key in keys)
        return f"ORDER BY {order} {self.random.choice(('LIMIT 4', 'SKIP 1', 'SKIP 1 LIMIT 5'))}"

    def having(self, items: list[tuple["Tree | str", str, str]]) -> Tree | str:
        """A WHERE behind WITH, over names or over what stands for them there."""
        sources = [text for text, kind, _ in items if isinstance(text, str) and kind == "int" and "{" not in text]
        if sources and self.chance(0.2):
            return f"WHERE {self.random.choice(sources)} > {self.random.randrange(3)}"
        return self.where() if self.chance(0.4) else ""

    def gathered(self) -> str:
        """A variable's nodes gathered in a list, and taken out again."""
        name = self.random.choice(list(self.nodes))
        others = [other for other in self.nodes if other != name and self.chance(0.5)]
        self.nodes = {kept: self.nodes[kept] for kept in (name, *others)}
        self.edges, self.values = {}, {}
        listed = self.name("l")
        return f"WITH {', '.join((*others, f'collect({name}) AS {listed}'))} UNWIND {listed} AS {name}"

    def keys(self, items: list[tuple["Tree | str", str, str]]) -> Iterator[str]:
        """Sort keys over what is returned, by name or as it is written."""
        for text, kind, name in items:
            plain = isinstance(text, str) and "{" not in text and not re.search(r"\)[<-]", text)
            if kind in ("int", "str") and self.chance(0.3):
                value = text if plain and self.chance(0.5) else name
                yield f"abs(({value}) % 3)" if kind == "int" else f"size({value})"

    def unwind(self) -> str:
        name = self.name("u")
        text = f"UNWIND {self.value('list')} AS {name}"
        self.values[name] = "str"
        return text

    def call(self) -> str:
        name = self.random.choice(list(self.nodes))
        start, other = self._around()
        end, made = self.name("e"), self.name("s")
        start = (
            f"({name})" + start[start.index(")") + 1 :]
            if self.nodes[name] == self.nodes[start[1 : start.index(")")]]
            else start
        )
        used = start[1 : start.index(")")]
        key = self.random.choice([key for key, kind in PROPERTIES[other].items() if kind in ("int", "str")])
        result = self.random.choice((f"count({end})", f"max({end}.{key})", f"count(DISTINCT {end}.{key})"))
        head = self.random.choice((f"CALL ({used}) {{", f"CALL {{ WITH {used}"))
        where = f" WHERE {self._imported({used: self.nodes[used], end: other})}" if self.chance(0.4) else ""
        self.values[made] = "int" if result.startswith("count") else PROPERTIES[other][key]
        return f"{head} MATCH {start}({end}:{other}){where} RETURN {result} AS {made} }}"

    def _imported(self, nodes: dict[str, str]) -> str:
        """A comparison inside CALL, which sees these nodes alone."""
        outside = self.nodes, self.edges, self.values
        self.nodes, self.edges, self.values = nodes, {}, {}
        text = self.compare()
        self.nodes, self.edges, self.values = outside
        return text

    def query(self) -> Tree:
        parts: list[Tree | str] = [self.match(anchored=True)]
        for _ in range(self.random.choice((0, 0, 1, 2))):
            options: list[Callable[[], Tree | str]] = [
                self.further, lambda: self.match(optional=True, anchored=True), self.with_, self.unwind,
            ]  # fmt: skip
            if self.nodes:
                options += [self.call, self.gathered]
            parts.append(self.pick(*options))
        items = self.items(aggregated=self.chance(0.4))
        self.sets = [index for index, item in enumerate(items) if item[1] == "set"]
        self.ordered = not self.sets and self.chance(0.5)
        distinct = "DISTINCT " if self.chance(0.2) else ""
        parts.append(
            Tree(tuple(Tree((text,), after=f" AS {name}") for text, _, name in items), f"RETURN {distinct}", ", ", least=1)
        )
        if self.ordered:
            keys = [*self.keys(items), *(name for _, _, name in items)]
            parts.append("ORDER BY " + ", ".join(f"{key}{self.random.choice(('', ' DESC', ' ASC'))}" for key in keys))
            if self.chance(0.4):
                parts.append(self.random.choice(("LIMIT 5", "SKIP 1", "SKIP 2 LIMIT 3", "LIMIT 1")))
        return Tree(tuple(parts), between=" ", least=1)


@dataclass(frozen=True)
class Query:
    """A random query and how its answers are compared."""

    seed: int
    tree: Tree
    parameters: dict[str, object]
    ordered: bool
    sets: tuple[int, ...]


def query(seed: int) -> Query:
    """The query of a seed."""
    writer = Writer(Random(seed))
    tree = writer.query()
    return Query(seed, tree, writer.parameters, writer.ordered, tuple(writer.sets))
