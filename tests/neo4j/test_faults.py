"""What the driver says -> a sentence for a person: for what no Community server can be brought to say."""

import pytest
from neo4j.exceptions import Neo4jError, ServiceUnavailable

from kgbuild.sinks.neo4j.faults import is_too_big, said


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        (
            "Neo.ClientError.Security.Forbidden",
            "Schema operation not allowed",
            "user 'ann' may not do that (Schema operation not",
        ),
        ("Neo.ClientError.Security.Unauthorized", "x", "refuses user 'ann' with this password"),
        ("Neo.ClientError.Security.AuthenticationRateLimit", "x", "takes no more passwords for user 'ann'"),
        ("Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", "x", "is read-only: nothing was changed"),
        ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", "x", "is read-only: nothing was changed"),
        ("Neo.DatabaseError.General.UnknownError", "java.io.IOException: No space left on device", "disk is full"),
        ("Neo.DatabaseError.Transaction.TransactionLogError", "Could not append transaction", "disk is full"),
        (
            "Neo.DatabaseError.Transaction.TransactionStartFailed",
            "critical error, and needs to be restarted",
            "restart it, publish",
        ),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", "x", "too little memory or time"),
        ("Neo.DatabaseError.General.UnknownError", "something odd", "something odd [Neo.DatabaseError.General.UnknownError]"),
    ],
)
def test_errors_of_the_server(code, message, expected):
    error = Neo4jError._hydrate_neo4j(code=code, message=message)
    assert expected in said(error, "host:7687", "neo4j", "ann")


def test_what_caused_an_error_is_said_too():
    error = ServiceUnavailable("Connection lost")
    error.__cause__ = OSError("broken pipe")
    assert "Connection lost; broken pipe" in said(error, "host:7687", "", "ann")


def test_too_big_is_told_from_other_errors():
    big = Neo4jError._hydrate_neo4j(code="Neo.ClientError.Transaction.TransactionTimedOut", message="x")
    assert is_too_big(big)
    assert not is_too_big(ServiceUnavailable("x"))
