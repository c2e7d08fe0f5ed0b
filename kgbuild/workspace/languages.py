"""Passages of the truth by language: which there are, and how many documents have one that is read."""

import sqlite3
from collections.abc import Collection


def passages_by_language(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """(language, passages in it), most first."""
    sql = "SELECT language, count(*) FROM passage GROUP BY language ORDER BY count(*) DESC, language"
    return [(language, count) for language, count in db.execute(sql)]


def documents_in(db: sqlite3.Connection, languages: Collection[str] | None) -> int:
    """How many sources with text have a passage in one of these languages; None: in any."""
    which = "" if languages is None else f"WHERE language IN ({', '.join('?' * len(languages))})"
    sql = f"SELECT count(*) FROM source WHERE outcome = 'ok' AND document IN (SELECT document FROM passage {which})"
    (count,) = db.execute(sql, tuple(languages or ())).fetchone()
    return int(count)
