"""A URI, a user and a password -> a database of a Neo4j server: encrypted where it has to be, checked before anything is sent.

The password is never shown: not in an error, not in a log, not in a record's repr.
"""

import ipaddress
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from kgbuild.errors import MissingExtra, SinkError, UsageError
from kgbuild.sinks.neo4j.faults import explained, is_too_big

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Transaction

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
PORT = 7687
OLDEST = 5
RETRY_SECONDS = 120.0
CONNECT_SECONDS = 15.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect to, and as whom. database: empty for the user's home database; ca: a PEM file of who may sign the server's
    certificate, instead of whom the machine trusts; insecure: allows plain text over the network and certificates that nobody checks.
    """

    uri: str
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = ""
    ca: Path | None = None
    insecure: bool = False

    def __post_init__(self) -> None:
        parts = _parts(self.uri)
        if parts.username is not None or parts.password is not None:
            raise UsageError(
                "a URI holds no user or password here: give --user, and the password by KGBUILD_NEO4J_PASSWORD or a prompt"
            )
        if self.ca is not None and not self.ca.is_file():
            raise UsageError(f"{self.ca}: no such file; --ca takes a file of certificates in PEM")

    @property
    def address(self) -> str:
        """Host and port."""
        parts = _parts(self.uri)
        host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
        return f"{host}:{parts.port or PORT}"

    @property
    def is_local(self) -> bool:
        """Whether the host is this machine itself, as its name says."""
        host = str(_parts(self.uri).hostname)
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    @property
    def plain_uri(self) -> str:
        """The URI as the driver takes it when it is told of encryption apart."""
        parts = _parts(self.uri)
        query = f"?{parts.query}" if parts.query else ""
        return f"{parts.scheme.partition('+')[0]}://{self.address}{query}"

    def encryption(self) -> dict[str, Any]:
        """The driver's settings. Away from this machine everything is encrypted and the certificate checked, unless `insecure`."""
        try:
            from neo4j import TrustAll, TrustCustomCAs, TrustSystemCAs
        except ModuleNotFoundError as error:
            raise MissingExtra("Neo4j", "neo4j") from error
        scheme, _, suffix = _parts(self.uri).scheme.partition("+")
        if suffix == "ssc":
            if not self.insecure:
                raise UsageError(f"{scheme}+ssc checks no certificate: give --ca FILE with {scheme}+s, or --insecure as well")
            return {"encrypted": True, "trusted_certificates": TrustAll()}
        if suffix == "s" or self.ca is not None or not (self.is_local or self.insecure):
            return {"encrypted": True, "trusted_certificates": TrustCustomCAs(str(self.ca)) if self.ca else TrustSystemCAs()}
        return {"encrypted": False}


def _parts(uri: str) -> Any:
    try:
        parts = urlsplit(uri)
        known = parts.scheme in SCHEMES and bool(parts.hostname) and (parts.port or PORT) > 0
    except ValueError:
        known = False
    if not known:
        shown = uri if "@" not in uri else "the URI"
        raise UsageError(
            f"{shown} names no Neo4j server: give neo4j://HOST, neo4j+s://HOST, bolt://HOST:PORT or bolt+s://HOST:PORT"
        )
    return parts


class Database:
    """One open database. name: its name; identity: the server's own id of it, which changes when it is made anew."""

    def __init__(self, driver: "Driver", target: Target) -> None:
        self._driver = driver
        self.target = target
        self.name = target.database
        self.retries = 0
        with self._explained():
            self.version = checked_version(driver.get_server_info().agent, target.address)
        self.identity, self.name = self.read(_identity)

    def read(self, work: "Callable[[ManagedTransaction], T]") -> T:
        """Run some reading in one transaction; again if the server asks for it."""
        with self._explained(), self._driver.session(database=self.name or None, default_access_mode="READ") as session:
            return session.execute_read(work)

    def write(self, work: "Callable[[ManagedTransaction], T]") -> T:
        """Run some writing in one transaction, again if the server asks for it, or if nobody knows whether it was committed:
        `work` must find that out itself. `TooBig` comes at once: the same again would not fit either.
        """
        from neo4j.exceptions import IncompleteCommit

        attempts = 0

        def counted(transaction: "ManagedTransaction") -> T:
            nonlocal attempts
            attempts += 1
            try:
                return work(transaction)
            except Exception as error:
                if is_too_big(error):
                    raise TooBig(str(error)) from error
                raise

        deadline = time.monotonic() + RETRY_SECONDS
        try:
            with self._explained():
                while True:
                    try:
                        with self._driver.session(database=self.name or None) as session:
                            return session.execute_write(counted)
                    except IncompleteCommit:
                        if time.monotonic() > deadline:
                            raise
        finally:
            self.retries += max(0, attempts - 1)

    def stream(self, text: str, parameters: dict[str, Any], take: "Callable[[Any], T]") -> Iterator[T]:
        """Rows of a long read, one after the other, each through `take`."""
        with self.reading() as transaction:
            for record in transaction.run(text, parameters):
                yield take(record)

    @contextmanager
    def reading(self, timeout: float | None = None) -> "Iterator[Transaction]":
        """One transaction that cannot write; the server ends it after timeout (seconds)."""
        with (
            self._explained(),
            self._driver.session(database=self.name or None, default_access_mode="READ") as session,
            session.begin_transaction(timeout=timeout) as transaction,
        ):
            yield transaction

    def define(self, texts: Sequence[str]) -> None:
        """Make constraints and indexes."""
        self.write(lambda transaction: [transaction.run(text).consume() for text in texts])

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(self.target.address, self.name or self.target.database, self.target.user):
            yield


class TooBig(Exception):
    """A transaction needs more memory or time than the server gives one."""


def _identity(transaction: "ManagedTransaction") -> tuple[str, str]:
    record = transaction.run("CALL db.info() YIELD id, name RETURN id, name").single(strict=True)
    return str(record["id"]), str(record["name"])


@contextmanager
def opened(target: Target) -> Iterator[Database]:
    """A connection to a database, closed at the end. Raises SinkError where there is none, it refuses, or is too old."""
    settings = target.encryption()
    from neo4j import GraphDatabase

    log = logging.getLogger("neo4j")
    if not log.handlers:  # what the driver says to nobody in particular would otherwise go to standard error
        log.addHandler(logging.NullHandler())
    with (
        explained(target.address, target.database, target.user),
        GraphDatabase.driver(
            target.plain_uri, auth=(target.user, target.password), max_transaction_retry_time=RETRY_SECONDS,
            connection_timeout=CONNECT_SECONDS, telemetry_disabled=True, **settings,
        ) as driver,
    ):  # fmt: skip
        yield Database(driver, target)


def checked_version(agent: str, address: str) -> str:
    """The version in what a server calls itself: Neo4j/5.26.30. Raises SinkError for another product or one that is too old."""
    product, _, version = agent.partition("/")
    major = version.partition(".")[0]
    if product != "Neo4j" or not major.isdigit():
        raise SinkError(f"{address} calls itself {agent!r}: kgbuild knows Neo4j from version {OLDEST} on")
    if int(major) < OLDEST:
        raise SinkError(f"{address} runs Neo4j {version}: kgbuild needs version {OLDEST} or newer; upgrade the server")
    return version
