"""Explanations of entities and facts -> words and JSON."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kgbuild.cli.output import certainty, percent, put, score
from kgbuild.counts import counted
from kgbuild.records import ONE

if TYPE_CHECKING:
    from kgbuild.pipeline.reports import EntityExplanation, FactExplanation, Join, Quote, TextJoin

Json = dict[str, Any]

MOST_QUOTES = 5
MOST_ALIASES = 12
MOST_WRITTEN = 8
MOST_INSIDE = 8


def fact_json(fact: "FactExplanation") -> Json:
    """A fact with all its sentences."""
    is_entity = fact.object_name != fact.object
    return {
        "id": f"t:{fact.id}",
        "subject": {"id": f"e:{fact.subject}", "name": fact.subject_name},
        "predicate": fact.predicate,
        "object": {"id": f"e:{fact.object}", "name": fact.object_name} if is_entity else {"value": fact.object},
        "confidence": score(fact.confidence),
        "asserted": fact.confidence == ONE,
        "judgements": fact.judgements,
        "support": fact.support,
        "documents": fact.documents,
        "scope": fact.scope,
        "quotes": [quote_json(quote) for quote in fact.quotes],
    }


def quote_json(quote: "Quote") -> Json:
    """A sentence with its place."""
    keys: Json = {
        "text": quote.text,
        "document": f"d:{quote.document}",
        "uri": quote.uri,
        "start": quote.start,
        "end": quote.end,
    }
    keys |= {"scope": quote.scope, "confidence": score(quote.confidence)} if quote.scope else {}
    return keys | ({"by": quote.by} if quote.by else {})


def entity_json(entity: "EntityExplanation") -> Json:
    """An entity with its names, joins, sentences and facts."""
    return {
        "id": f"e:{entity.id}",
        "type": entity.type,
        "name": entity.name,
        "aliases": entity.aliases,
        "mentions": entity.mentions,
        "documents": entity.documents,
        "confidence": score(entity.confidence),
        "names": [{"key": key, "documents": count, "forms": forms} for key, count, forms in entity.names],
        "joins": [
            {
                "left": j.left,
                "right": j.right,
                "weight": j.weight,
                "reasons": [{"reason": r, "weight": w} for r, w in j.reasons],
            }
            for j in entity.joins
        ],
        "text_joins": [
            {"left": j.left, "right": j.right, "reason": j.why, "documents": j.documents, "uri": j.uri}
            for j in entity.text_joins
        ],
        "external_id": entity.external_id,
        "iri": entity.iri,
        "judgements": entity.judgements,
        "written": [
            {"number": number, "uri": uri, "forms": [{"form": form, "count": count} for form, count in forms]}
            for number, uri, forms in entity.written
        ],
        "values": [{"property": name, "value": value} for name, value in entity.values],
        "quotes": [quote_json(quote) for quote in entity.quotes],
        "facts": [fact_json(fact) for fact in entity.facts],
    }


def put_entity(entity: "EntityExplanation", *, everything: bool = False) -> None:
    """An entity: who it is, why its names are one, what is said of it, and where it stands."""
    put(f"{entity.name}  {entity.type}  e:{entity.id}")
    put(
        f"  {counted(entity.mentions, 'mention')} in {counted(entity.documents, 'document')}, confidence {percent(entity.confidence)}"
    )
    if entity.aliases:
        rest = len(entity.aliases) - MOST_ALIASES
        more = f", and {rest} more" if rest > 0 and not everything else ""
        put("  also written " + ", ".join(entity.aliases[: None if everything else MOST_ALIASES]) + more)
    for name, value in entity.values:
        put(f"  {name}: {value}")
    if entity.external_id:
        put(f"  known as {entity.external_id}" + (f"  {entity.iri}" if entity.iri else ""))
    put_names(entity, everything=everything)
    put_written(entity, everything=everything)
    if entity.facts:
        put("facts")
        for fact in entity.facts:
            put(f"  {fact_line(fact)}  t:{fact.id}")
    put_quotes("sentences", entity.quotes, everything=everything)


def put_names(entity: "EntityExplanation", *, everything: bool = False) -> None:
    """The names that are one entity, the joins between them, and what a person said."""
    put("names")
    for key, documents, forms in entity.names:
        put(f"  {key}  in {counted(documents, 'document')}, written {', '.join(forms) or key}")
    if entity.joins:
        put("joined because")
    for join in entity.joins:
        put(f"  {join_line(join)}")
    for judgement in entity.judgements:
        put(f"  a person's word {judgement}")
    if entity.text_joins:
        put("joined inside of documents")
    for inside in entity.text_joins[: None if everything else MOST_INSIDE]:
        put(f"  {inside.left} = {inside.right}: {inside.why}  ({text_join_place(inside)})")
    if len(entity.text_joins) > MOST_INSIDE and not everything:
        put(f"  … and {len(entity.text_joins) - MOST_INSIDE:,} more (-v shows them)")


def text_join_place(join: "TextJoin") -> str:
    """Where it is so: a document, and how many more."""
    return join.uri + (f" and {join.documents - 1} more" if join.documents > 1 else "")


def put_written(entity: "EntityExplanation", *, everything: bool) -> None:
    """Its mentions by document, numbered as `split --mentions` takes them."""
    put("mentions")
    shown = entity.written if everything else entity.written[:MOST_WRITTEN]
    for number, uri, forms in shown:
        put(f"  {number:>3}  {uri}  {', '.join(form + (f' ({count})' if count > 1 else '') for form, count in forms)}")
    if len(entity.written) > len(shown):
        put(f"       … and {counted(len(entity.written) - len(shown), 'more document')} (-v shows them)")


def join_line(join: "Join") -> str:
    """An edge between two names with its reasons."""
    reasons = ", ".join(f"{reason} {weight:+d}" if weight else reason for reason, weight in join.reasons)
    return f"{join.left} = {join.right}: {reasons}" + (f"  (weight {join.weight})" if len(join.reasons) > 1 else "")


def fact_line(fact: "FactExplanation") -> str:
    """A fact with its support on one line."""
    return (
        f"{fact.subject_name}  {fact.predicate}  {fact.object_name}   ({counted(fact.support, 'sentence')} in "
        f"{counted(fact.documents, 'document')}, {certainty(fact.confidence)}, {fact.scope})"
    )


def put_fact(fact: "FactExplanation", *, everything: bool = False) -> None:
    """A fact with its sentences."""
    put(f"{fact_line(fact)}  t:{fact.id}")
    for judgement in fact.judgements:
        put(f"  a person's word {judgement}")
    put_quotes("", fact.quotes, everything=everything)


def put_quotes(title: str, quotes: Sequence["Quote"], *, everything: bool) -> None:
    """Sentences with their places; the first few, unless everything is wanted."""
    if quotes and title:
        put(title)
    shown = quotes if everything else quotes[:MOST_QUOTES]
    for quote in shown:
        told = f", {quote.scope}, {percent(quote.confidence)}" if quote.scope else ""
        told += f", by {quote.by}" if quote.by else ""
        put(f"  “{' '.join(quote.text.split())}”")
        put(f"      {quote.uri} [{quote.start}:{quote.end}]{told}")
    if len(quotes) > len(shown):
        put(f"  … and {counted(len(quotes) - len(shown), 'more sentence')} (-v shows them)")


def hits(entities: Iterable["EntityExplanation"]) -> list[tuple[str, str, str, int, int]]:
    """Rows of a table of entities that a name fits."""
    return [(f"e:{e.id}", e.type, e.name, e.documents, e.mentions) for e in entities]
