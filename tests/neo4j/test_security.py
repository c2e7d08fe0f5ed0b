"""Who may connect, how it is encrypted, and what a server says that refuses: on real servers, with certificates made here."""

import gc
import subprocess
import warnings
from pathlib import Path

import pytest

from kgbuild.errors import SinkError, UsageError
from kgbuild.sinks.neo4j.connection import Target, checked_version, opened
from tests.neo4j.helpers import Home
from tests.neo4j_server import PASSWORD, Server


def openssl(*words, cwd):
    subprocess.run(["openssl", *words], cwd=cwd, check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A folder with ca.pem and other.pem (who may sign), public.crt and private.key (signed by the first, for 127.0.0.1)."""
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("ca", "other"):
        subject = ["-subj", f"/CN=kgbuild test {name}", "-addext", "keyUsage=critical,keyCertSign"]
        openssl(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.pem",
            *subject,
            cwd=folder,
        )
    openssl(
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "private.key",
        "-out",
        "server.csr",
        "-subj",
        "/CN=127.0.0.1",
        cwd=folder,
    )
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"]
    openssl("x509", "-req", "-in", "server.csr", "-out", "public.crt", *signed, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def strict(tmp_path_factory, certificates):
    """A server that takes encrypted connections only."""
    settings = {
        "server.bolt.tls_level": "REQUIRED", "dbms.ssl.policy.bolt.enabled": "true",
        "dbms.ssl.policy.bolt.base_directory": str(certificates), "dbms.ssl.policy.bolt.client_auth": "NONE",
    }  # fmt: skip
    server = Server(tmp_path_factory.mktemp("neo4j-tls"), settings=settings).start()
    yield server
    server.remove()


def connect(uri, **options):
    with opened(Target(uri, **{"password": PASSWORD, **options})) as database:
        return database.version


def test_a_trusted_certificate_is_trusted_and_no_other(strict, certificates):
    address = strict.uri.removeprefix("bolt://")
    assert connect(f"bolt+s://{address}", ca=certificates / "ca.pem").startswith("5.")
    assert connect(f"bolt://{address}", ca=certificates / "ca.pem").startswith("5.")
    assert connect(f"bolt+ssc://{address}", insecure=True).startswith("5.")
    for options in ({}, {"ca": certificates / "other.pem"}):
        with pytest.raises(SinkError, match=r"certificate is not trusted.*--ca FILE"):
            connect(f"bolt+s://{address}", **options)
    with pytest.raises(SinkError, match="127.0.0.1"):
        connect(f"bolt://{address}")


def test_a_read_only_database_is_said_to_be_one(strict, certificates, tmp_path):
    strict.stop()
    strict.settings = {**strict.settings, "server.databases.read_only": "neo4j"}
    strict._configure()
    strict.start()
    with Home(tmp_path / "ws", strict.uri) as home:
        home.target = Target(strict.uri, password=PASSWORD, ca=certificates / "ca.pem")
        with pytest.raises(SinkError, match=r"read-only: nothing was changed"):
            home.publish()


def test_a_server_without_tls_is_not_spoken_to_in_plain_text(lts):
    with pytest.raises(SinkError, match="no encrypted connection"):
        connect(lts.uri.replace("bolt://", "bolt+s://"))


@pytest.mark.parametrize(
    ("uri", "options", "encrypted"),
    [
        ("bolt://localhost", {}, False),
        ("neo4j://127.0.0.9:1", {}, False),
        ("bolt://[::1]:7687", {}, False),
        ("neo4j+s://localhost", {}, True),
        ("neo4j://graph.example.org", {}, True),
        ("bolt://192.168.1.5", {}, True),
        ("bolt://localhost.example.org", {}, True),
        ("neo4j://graph.example.org", {"insecure": True}, False),
        ("neo4j+s://graph.example.org", {"insecure": True}, True),
        ("bolt+ssc://graph.example.org", {"insecure": True}, True),
    ],
)
def test_only_this_machine_is_spoken_to_in_plain_text(uri, options, encrypted):
    assert Target(uri, **options).encryption()["encrypted"] is encrypted


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("http://localhost:7474", "names no Neo4j server"),
        ("localhost:7687", "names no Neo4j server"),
        ("bolt://", "names no Neo4j server"),
        ("bolt://localhost:99999", "names no Neo4j server"),
        ("bolt://ann:hidden@localhost", "holds no user or password"),
        ("http://ann:hidden@localhost", "names no Neo4j server"),
    ],
)
def test_a_uri_that_cannot_be_meant_is_refused_without_showing_a_password(uri, said):
    with pytest.raises(UsageError, match=said) as caught:
        Target(uri)
    assert "hidden" not in str(caught.value)


def test_certificates_that_nobody_checks_are_asked_for_twice():
    with pytest.raises(UsageError, match="--insecure"):
        Target("bolt+ssc://localhost").encryption()
    with pytest.raises(UsageError, match="no such file"):
        Target("bolt+s://localhost", ca=Path("/nowhere"))


def test_the_password_is_in_no_record_and_no_error(lts):
    target = Target(lts.uri, password="wrong-and-secret")
    assert "secret" not in repr(target)
    with pytest.raises(SinkError, match="refuses user 'neo4j'") as caught, opened(target):
        pass
    chain = [caught.value]
    while chain[-1].__cause__ or chain[-1].__context__:
        chain.append(chain[-1].__cause__ or chain[-1].__context__)
    assert not any("secret" in str(error) for error in chain)


def test_a_user_without_a_password_of_its_own_yet(lts, run):
    run("CREATE OR REPLACE USER fresh SET PASSWORD 'first-password' CHANGE REQUIRED")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the driver forgets a session whose roll-back is refused
        with pytest.raises(SinkError, match="must be changed first"):
            connect(lts.uri, user="fresh", password="first-password")
        gc.collect()


def test_no_server_and_no_database(lts):
    with pytest.raises(SinkError, match=r"no Neo4j answers at 127\.0\.0\.1:1 "):
        connect("bolt://127.0.0.1:1")
    with pytest.raises(SinkError, match="no database 'nowhere'"):
        connect(lts.uri, database="nowhere")


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Neo4j/4.4.48", "runs Neo4j 4.4.48: kgbuild needs version 5"),
        ("Neo4j/3.5.35", "needs version 5"),
        ("Memgraph/2.18.0", "calls itself 'Memgraph/2.18.0'"),
        ("Neo4j/dev", "calls itself"),
        ("", "calls itself"),
    ],
)
def test_servers_that_are_too_old_or_others_are_refused(agent, said):
    with pytest.raises(SinkError, match=said):
        checked_version(agent, "host:7687")


@pytest.mark.parametrize("agent", ["Neo4j/5.26.30", "Neo4j/5.27-aura", "Neo4j/2026.08.1"])
def test_servers_that_are_new_enough(agent):
    assert checked_version(agent, "host:7687") == agent.removeprefix("Neo4j/")
