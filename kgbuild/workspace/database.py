"""SQLite files of a workspace: opening, versions, transactions, errors that say what to do. Knows no table.

Both databases run in WAL mode: a reader sees the last commit while a writer works, and a killed process loses at most the
transaction it was in. A workspace that this user cannot write is read all the same; what would write there is refused.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kgbuild.errors import WorkspaceError


def fault(where: str) -> None:
    """Called before and after every commit and swap; does nothing. Tests replace it to kill the process there."""


def connect(path: Path, *, synchronous: str = "FULL") -> sqlite3.Connection:
    """A connection in autocommit mode with rows as tuples; transactions are opened by `transaction` only."""
    is_read = only_readable(path)
    try:
        db = sqlite3.connect(_to_read(path) if is_read else path, uri=is_read, timeout=30, isolation_level=None)
    except sqlite3.DatabaseError as error:
        raise explained(error, path) from None
    try:
        # the first look fails where SQLite needs a file that it cannot make
        db.execute("PRAGMA schema_version" if is_read else "PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {synchronous}")
        db.execute("PRAGMA cache_size = -65536")
        db.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.DatabaseError as error:
        db.close()
        raise explained(error, path) from None
    return db


def only_readable(path: Path) -> bool:
    """Whether a database is there that this user may read and not write, or whose folder takes no log beside it."""
    return path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _to_read(path: Path) -> str:
    """The address of a database that is read only. Without a log nobody is writing, and SQLite need not make its files."""
    log = path.with_name(path.name + "-wal")
    still = not log.exists() or not log.stat().st_size
    return f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if still else ''}"


@contextmanager
def transaction(db: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """One write transaction: all of it or nothing. Raises WorkspaceError for a full disk or a damaged file."""
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            fault("before commit")
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise explained(error, path) from error
    fault("after commit")


def compact(db: sqlite3.Connection, path: Path, seconds: float, *, anew: bool) -> bool:
    """Empty a database's log; anew: write the database without the pages that hold what was deleted.

    False: somebody reads an older state of it for longer than that, and its log stays until this is done again. Safe to kill:
    each of the two steps is all or nothing. Raises WorkspaceError for a full disk (it needs as much again as the file has).
    """
    try:
        db.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
        db.execute("PRAGMA temp_store = FILE")
        if anew:
            fault("before commit")
            db.execute("VACUUM")
            fault("after commit")
        busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.Error as error:
        raise explained(error, path) from error
    finally:
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA busy_timeout = 30000")
    return not busy


def free_bytes(db: sqlite3.Connection) -> int:
    """Bytes of pages that hold nothing any more."""
    return int(db.execute("PRAGMA freelist_count").fetchone()[0]) * int(db.execute("PRAGMA page_size").fetchone()[0])


def explained(error: sqlite3.Error, path: Path) -> WorkspaceError:
    """An error of SQLite as a sentence with a remedy."""
    text = str(error)
    if "disk is full" in text or "disk I/O" in text:
        return WorkspaceError(
            f"{path}: no space left on the disk, or it cannot be written ({text}); free some and run again: nothing is lost"
        )
    if "readonly" in text or "unable to open" in text:
        return WorkspaceError(f"{path}: cannot be written ({text}); check the permissions of the workspace")
    if "malformed" in text or "not a database" in text:
        remedy = "delete it: it is rebuilt by `kgbuild build`" if path.name == "graph.db" else "restore it from a backup"
        return WorkspaceError(f"{path}: the file is damaged ({text}); {remedy}")
    if "locked" in text:
        return WorkspaceError(f"{path}: another process has locked the file ({text}); try again when it has finished")
    return WorkspaceError(f"{path}: {text}")
