"""Constraints and indexes that a database needs before rows are sent: unique kg_key, look-ups by id and name, full text on names."""

from typing import TYPE_CHECKING

from kgbuild.sinks.neo4j.connection import Database
from kgbuild.sinks.neo4j.statements import CONSTRAINTS, FULL_TEXT, INDEXES

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

INDEX_SECONDS = 600


def prepare(database: Database) -> None:
    """Make the constraints and indexes that are not there, and wait until they can be used."""
    constraints = database.read(lambda transaction: {row["name"] for row in transaction.run("SHOW CONSTRAINTS YIELD name")})
    indexes = database.read(_indexes)
    missing = [
        f"CREATE CONSTRAINT {name} IF NOT EXISTS {rule}" for name, rule in CONSTRAINTS.items() if name not in constraints
    ]
    for kind, rules in (("INDEX", INDEXES), ("FULLTEXT INDEX", FULL_TEXT)):
        missing += [f"CREATE {kind} {name} IF NOT EXISTS {rule}" for name, rule in rules.items() if name not in indexes]
    if missing:
        database.define(missing)
        database.define([f"CALL db.awaitIndexes({INDEX_SECONDS})"])


def _indexes(transaction: "ManagedTransaction") -> set[str]:
    """Names of ours that need not be made: indexes of that name, and of the same label and property under any name."""
    rows = transaction.run("SHOW INDEXES YIELD name, type, labelsOrTypes, properties").data()
    there = {row["name"] for row in rows}
    covered = {
        f"FOR (n:{row['labelsOrTypes'][0]}) ON (n.{row['properties'][0]})"
        for row in rows
        if row["type"] == "RANGE" and len(row["labelsOrTypes"] or ()) == len(row["properties"] or ()) == 1
    }
    return there | {name for name, rule in INDEXES.items() if rule in covered}
