"""What the driver and the server say went wrong -> one sentence for a person, and what to do next."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from kgbuild.errors import KgbuildError, SinkError

TOO_BIG = (
    "MemoryPoolOutOfMemoryError", "OutOfMemoryError", "TransactionTimedOut", "TransactionTimedOutClientConfiguration",
    "TransactionMemoryLimitExceeded", "StackOverFlowError",
)  # fmt: skip
READ_ONLY = ("ForbiddenOnReadOnlyDatabase", "WriteOnReadOnlyAccessDatabase", "ForbiddenReadOnlyDatabase")


def is_too_big(error: BaseException) -> bool:
    """Whether less at once may do."""
    return _last(error) in TOO_BIG


def _last(error: BaseException) -> str:
    return str(getattr(error, "code", "") or "").rpartition(".")[2]


@contextmanager
def explained(address: str, database: str, user: str) -> Iterator[None]:
    """Turn the driver's errors into SinkError."""
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except (DriverError, Neo4jError) as error:
        raise SinkError(said(error, address, database, user)) from error
    except OSError as error:
        raise SinkError(f"{address}: {error.strerror or error}; is a Neo4j server there?") from error


def said(error: Exception, address: str, database: str, user: str) -> str:
    """The sentence for one error."""
    from neo4j.exceptions import AuthError, ServiceUnavailable, SessionExpired

    words, last = _words(error), _last(error)
    where = f"{address}, database {database!r}" if database else address
    if last == "AuthenticationRateLimit":
        return f"{address} takes no more passwords for user {user!r} for a moment: too many were wrong; wait, then try the right one"
    if last == "CredentialsExpired":
        return f"{address}: the password of {user!r} must be changed first: ALTER CURRENT USER SET PASSWORD, in cypher-shell"
    if last == "Forbidden":
        return f"{where}: user {user!r} may not do that ({words}); grant the rights, or give another --user"
    if isinstance(error, AuthError):
        return f"{address} refuses user {user!r} with this password: check KGBUILD_NEO4J_PASSWORD, --password-file and --user"
    if last == "DatabaseNotFound":
        return f"{address} has no database {database!r}: give the name of one that is there with --database"
    if last in READ_ONLY or "read only" in words.lower() or "read-only" in words.lower():
        return f"{where} is read-only: nothing was changed ({words})"
    if "needs to be restarted" in words:
        return f"{where}: the database has stopped after an error of its own, perhaps a full disk ({words}); see its log, restart it, publish again"
    if last == "TransactionLogError" or re.search(r"no space left|disk.{0,40}full|low disk space", words, re.IGNORECASE):
        return f"{where}: the server's disk is full ({words}); free some, restart the server, publish again: what arrived stays"
    if "certificate" in words.lower():
        return f"{address}: the server's certificate is not trusted ({words}); give who signed it with --ca FILE"
    if "SSL" in words or "TLS" in words:
        return f"{address}: no encrypted connection ({words}); a server without TLS needs --insecure, which sends all in plain text"
    if last in TOO_BIG:
        return f"{where}: the server has too little memory or time for one transaction ({words})"
    if isinstance(error, ServiceUnavailable | SessionExpired):
        return f"no Neo4j answers at {address} ({words}); start it, check the address, and run this again"
    code = getattr(error, "code", None)
    return f"{where}: {words}" + (f" [{code}]" if code else "")


def _words(error: BaseException) -> str:
    """What the error and what caused it say, on one line, no password among it."""
    said = [str(getattr(error, "message", "") or error)]
    cause = error.__cause__
    while cause is not None and len(said) < 3:
        if str(cause) and str(cause) not in said[-1] and not isinstance(cause, KgbuildError):
            said.append(str(cause))
        cause = cause.__cause__
    return " ".join("; ".join(said).split())[:500]
