"""Random expressions over the variables of a query: properties and values by their kind, predicates, subqueries, aggregates."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.conformance.graph import FIRST, ODD, RELATIONS, TYPES
from tests.conformance.tree import Tree

COMMON = {"id": "str", "name": "str", "mentions": "int", "documents": "int", "confidence": "float", "aliases": "list"}
PROPERTIES = {
    "Person": COMMON | {"date_of_birth": "str"},
    "Organization": COMMON | {"employees": "int", "revenue": "float"},
    "Location": COMMON | {"population": "int"},
    "Work": COMMON | {"subtitle": "str"},
    "Document": {
        "id": "str", "name": "str", "url": "str", "published": "date", "language": "str", "topics": "list", "published_text": "str",
    },
    "Chunk": {"id": "str", "index": "int", "char_start": "int", "text": "str"},
    "Statement": {
        "id": "str", "triple_id": "str", "scope": "str", "confidence": "float", "value": "str", "model": "str", "quote": "str",
    },
}  # fmt: skip
FACT = {"id": "str", "support": "int", "confidence": "float", "scope": "str", "document": "str", "documents": "int"}
EDGES = {name: (*ends, FACT) for name, ends in RELATIONS.items() if ends[1] != "date"}
EDGES |= {
    "MENTIONS": ("Document", None, {"count": "int"}),
    "FROM_CHUNK": (None, "Chunk", {"count": "int"}),
    "FROM_DOCUMENT": ("Chunk", "Document", {}),
    "NEXT_CHUNK": ("Chunk", "Chunk", {}),
    "HAS_SUBJECT": ("Statement", None, {}),
    "HAS_OBJECT": ("Statement", None, {}),
}
LITERALS: dict[str, tuple[str, ...]] = {
    "int": ("0", "1", "2", "3", "5", "40", "120", "null"),
    "float": ("0.5", "0.75", "0.9", "1", "7.0"),
    "date": ("date('2018-01-01')", "date('2016-12-01')", "date('2020-05-15')"),
    "str": ("'p000'", "'o001'", "'stated'", "'en'", "''", "'2018'", *(f"'{name}'" for name in FIRST[:4]), repr(ODD[7])),
}
LETTERS = ("a", "A", "o", "S", "1", "19", "News", " ", "é")


@dataclass
class Expressions:
    """Writes the expressions of one query. nodes, edges, values: the variables in scope and what they are; parameters: values that it names."""

    random: Random
    nodes: dict[str, str] = field(default_factory=dict)
    edges: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, object] = field(default_factory=dict)
    sets: list[int] = field(default_factory=list)
    count: int = 0
    inside: int = 0  # how deep in what Neo4j allows no pattern as a predicate
    ordered: bool = False
    optional: bool = False  # in the WHERE of an OPTIONAL MATCH

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def pick(self, *options: Callable[[], "Tree | str"]) -> "Tree | str":
        return self.random.choice(options)()

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def step(self, source: str) -> tuple[str, str | None]:
        """A relationship from a node of a label, with its direction, and the label at its other end."""
        options = [
            (t, True, tail) for t, (head, tail, _) in EDGES.items() if head == source or (head is None and source in TYPES)
        ]
        options += [
            (t, False, head) for t, (head, tail, _) in EDGES.items() if tail == source or (tail is None and source in TYPES)
        ]
        type, forward, other = self.random.choice(options)
        name = self.name("r")
        inside = f"{name}:{type}"
        bounds = (
            self.random.choice(("*1..2", "*2", "*0..1", "*..2"))
            if EDGES[type][0] == EDGES[type][1] and self.chance(0.3)
            else ""
        )
        if not bounds:
            self.edges[name] = type
            if "support" in EDGES[type][2] and self.chance(0.15):
                inside += " {scope: 'stated'}"
        either = self.chance(0.15)
        left, right = ("-", "-") if either else ("-", "->") if forward else ("<-", "-")
        return f"{left}[{inside}{bounds}]{right}", other

    def of_kind(self, kind: str) -> str | None:
        """A property or value of this kind that is in scope."""
        found = [f"{name}.{key}" for name, label in self.nodes.items() for key, of in PROPERTIES[label].items() if of == kind]
        found += [f"{name}.{key}" for name, type in self.edges.items() for key, of in EDGES[type][2].items() if of == kind]
        found += [name for name, of in self.values.items() if of == kind]
        return self.random.choice(found) if found else None

    def value(self, kind: str) -> str:
        return self.of_kind(kind) or self.literal(kind)

    def literal(self, kind: str) -> str:
        if kind == "list":
            return "['GSA', 'U.S.']"
        if kind in ("int", "str", "float") and self.chance(0.15):
            name = self.name("v")
            self.parameters[name] = {"int": 3, "float": 0.8, "str": "p001"}[kind]
            return f"${name}"
        return self.random.choice(LITERALS[kind])

    def predicate(self, depth: int) -> "Tree | str":
        simple = [self.compare, self.compare, self.compare, self.is_null, self.among, self.textual, self.quantified]
        if self.nodes:
            simple += [self.exists, self.counted, self.labelled, *[self.linked] * (not self.inside)]
        if depth:
            simple += [lambda: self.mixed(depth), lambda: self.negated(depth), lambda: self.cased(depth)]
        return self.pick(*simple)

    def mixed(self, depth: int) -> Tree:
        joined = self.random.choice((" AND ", " OR ", " XOR "))
        return Tree(
            (self.predicate(depth - 1), self.predicate(depth - 1)), "(", joined, ")", least=1, simpler=("true", "false")
        )

    def negated(self, depth: int) -> Tree:
        return Tree((self.predicate(depth - 1),), "NOT (", after=")", simpler=("true", "false"))

    def cased(self, depth: int) -> Tree:
        self.inside += 1
        parts = (self.predicate(depth - 1), self.predicate(0), self.predicate(0))
        self.inside -= 1
        return Tree(
            (Tree((parts[0],), "CASE WHEN "), Tree((parts[1],), "THEN "), Tree((parts[2],), "ELSE "), "END"),
            between=" ",
            simpler=("true",),
        )

    def compare(self) -> str:
        kind = self.random.choice(("int", "int", "float", "str", "date"))
        if self.chance(0.1):
            return self.unlike(kind)
        sign = self.random.choice(("=", "<>", "<", ">", "<=", ">="))
        right = self.value(kind) if self.chance(0.25) else self.literal(kind)
        return f"{self.value(kind)} {sign} {right}"

    def unlike(self, kind: str) -> str:
        """A comparison of two types, which Neo4j never takes for equal: a text that looks like a number, a date's text, …"""
        value, other = self.value(kind), {"str": "12", "date": "'2018-01-15'", "int": "'3'", "float": "'0.75'"}[kind]
        if self.chance(0.3):
            is_property = re.fullmatch(r"[a-z]\w*\.\w+", value)  # Neo4j knows the types of all else beforehand, and refuses
            return f"{value} =~ '.*1.*'" if is_property else f"{other} IN [{value}]"
        return self.random.choice(
            (f"{value} = {other}", f"{value} <> {other}", f"{other} = {value}", f"{value} IN [{other}, null]")
        )

    def is_null(self) -> str:
        return f"{self.value(self.random.choice(('int', 'str', 'date', 'float')))} IS {self.random.choice(('', 'NOT '))}NULL"

    def among(self) -> str:
        kind = self.random.choice(("int", "str"))
        if self.chance(0.3):
            return f"{self.literal('str')} IN {self.value('list')}"
        return f"{self.value(kind)} IN [{', '.join(self.literal(kind) for _ in range(3))}]"

    def textual(self) -> str:
        text, letter = self.value("str"), self.random.choice(LETTERS)
        test = self.random.choice(("STARTS WITH", "ENDS WITH", "CONTAINS", "=~"))
        return f"{text} {test} '{'.*' + letter + '.*' if test == '=~' else letter}'"

    def quantified(self) -> str:
        word, item = self.random.choice(("any", "all", "none", "single")), self.name("x")
        test = self.random.choice(
            (f"{item} STARTS WITH 'T'", f"{item} = 'GSA'", f"size({item}) > {self.value('int')}", f"{item} CONTAINS 'a'")
        )
        return f"{word}({item} IN {self.value('list')} WHERE {test})"

    def _around(self) -> tuple[str, str]:
        """A pattern from a node in scope, and the label at its end."""
        name = self.random.choice(list(self.nodes))
        saved = dict(self.edges)
        edge, other = self.step(self.nodes[name])
        self.edges = saved
        return f"({name}){edge}", other or "Person"

    def _end(self, start: str, label: str) -> str:
        """A node of a label: any, or one that is in scope and not the start (Neo4j miscounts loops below OPTIONAL MATCH)."""
        known = [name for name, found in self.nodes.items() if found == label and not start.startswith(f"({name})")]
        return f"({self.random.choice(known)})" if known and self.chance(0.3) else f"(:{label})"

    def exists(self) -> str:
        start, other = self._around()
        if self.chance(0.5):
            return f"EXISTS {{ {start}{self._end(start, other)} }}"
        end = self.name("e")
        return f"EXISTS {{ MATCH {start}({end}:{other}) WHERE {self._inner(end, other)} }}"

    def _inner(self, end: str, label: str) -> str:
        kept = dict(self.nodes)
        self.nodes = {**self.nodes, end: label}
        text = self.compare()
        self.nodes = kept
        return text

    def counted(self) -> str:
        """A count; where a count of 0 holds, Neo4j 5.26 takes it for nothing in the WHERE of some OPTIONAL MATCH (queries/nulls.cypher)."""
        start, other = self._around()
        signs = ((">", "0"), (">", "1"), ("=", "0"), ("=", "1"), ("=", "2"))
        sign, number = self.random.choice(signs if self.optional else (*signs, ("<=", "0"), ("<=", "1"), ("<=", "2")))
        return f"COUNT {{ {start}{self._end(start, other)} }} {sign} {number}"

    def linked(self) -> str:
        start, other = self._around()
        return _unnamed(f"{start}{self._end(start, other)}")

    def labelled(self) -> str:
        return f"{self.random.choice(list(self.nodes))}:{self.random.choice((*TYPES, 'Entity', 'Document', 'Person|Work'))}"

    def scalar(self) -> tuple["Tree | str", str]:
        """An expression and its kind."""
        kind = self.random.choice(("int", "str", "float", "date", "bool", "list"))
        value = self.value(kind) if kind != "bool" else ""
        match kind:
            case "int":
                made = self.random.choice(
                    (
                        value,
                        value,
                        f"{value} + 1",
                        f"{value} % 3",
                        f"coalesce({value}, -1)",
                        f"abs({value} - 4)",
                        f"toFloat({value})",
                    )
                )
                return made, "float" if made.startswith("toFloat") else "int"
            case "float":
                made = self.random.choice((value, f"round({value} * 10)", f"{value} / 2", f"toString({value})"))
                return made, "str" if made.startswith("toS") else "float"
            case "str":
                made = self.random.choice(
                    (
                        value,
                        value,
                        f"toUpper({value})",
                        f"left({value}, 3)",
                        f"size({value})",
                        f"split({value}, ' ')[0]",
                        f"{value} + '!'",
                        f"reverse({value})",
                        f"replace({value}, 'a', '')",
                    )
                )
                return made, "int" if made.startswith("size") else "str"
            case "date":
                made = self.random.choice((value, f"{value}.year", f"{value} + duration('P1M')", f"toString({value})"))
                return made, {"y": "int", "(": "str"}.get("y" if made.endswith("year") else made[8:9], "date")
            case "list":
                made = self.random.choice(
                    (
                        f"size({value})",
                        f"{value}[0]",
                        f"[x IN {value} WHERE x > 'M' | x + '?']",
                        f"head({value})",
                        value,
                        f"{value}[..1]",
                    )
                )
                return made, "int" if made.startswith("size") else "list" if made.endswith(("]", value)) and not made.endswith(
                    "[0]"
                ) else "str"
            case _:
                if self.nodes and self.chance(0.3):
                    start, other = self._around()
                    item = self.name("x")
                    listed = f"size([{_unnamed(start)}({item}:{other}) | {item}.id])"
                    return self.random.choice((f"COUNT {{ {start}{self._end(start, other)} }}", listed)), "int"
                self.inside += 1
                made = self.predicate(1)
                self.inside -= 1
                return Tree((made,), "(", after=")", simpler=("true",)), "bool"

    def aggregate(self) -> tuple[str, str]:
        kind = self.random.choice(("int", "float"))
        value = self.value(kind)
        some = self.value(self.random.choice(("int", "str", "date")))
        return self.random.choice(
            (
                ("count(*)", "int"), (f"count({some})", "int"), (f"count(DISTINCT {some})", "int"), (f"sum({value})", kind),
                (f"min({some})", "any"), (f"max({some})", "any"), (f"avg({value})", "float"), (f"collect({some})", "set"),
                (f"collect(DISTINCT {some})", "set"), (f"count(*) > {self.random.randrange(4)}", "bool"),
                (f"size(collect({some})) + 1", "int"), (f"collect({some})[0] IS NULL", "bool"), ("CASE WHEN count(*) > 1 THEN 'many' ELSE 'one' END", "str"),
                (f"coalesce(max({value}), 0) + count(*)", kind), (f"sum(CASE WHEN {self.compare()} THEN 1 ELSE 0 END)", "int"),
            )
        )  # fmt: skip


def _unnamed(pattern: str) -> str:
    """A pattern whose relationships have no names: as a predicate and in a list it may bind none."""
    return re.sub(r"\[r\d+:", "[:", pattern)
