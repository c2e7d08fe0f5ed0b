"""A real Neo4j Community server on loopback, from Maven artefacts: authentication on, a free port, a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.maven import jars, java

LTS = "5.26.30"
NEWEST = "2026.08.1"
JAVA = {LTS: (17, 21), NEWEST: (25, 21)}
PASSWORD = "kgbuild-tests"
START_SECONDS = 280.0

OPENS = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.util.concurrent")
ADMIN = "org.neo4j.cli.AdminTool"


@dataclass
class Server:
    """A server that may be started, stopped, killed and started again on the same data; `settings` go into neo4j.conf."""

    home: Path
    version: str = LTS
    settings: Mapping[str, str] = field(default_factory=dict)
    heap: str = "768m"
    java_options: tuple[str, ...] = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # starts fast; a benchmark takes ()
    more_jars: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.java = java(*JAVA.get(self.version, (17, 21)))
        name = f"neo4j-{self.version}" + "".join(f"_{each.split(':')[1]}" for each in self.more_jars)
        self.lib = jars(
            name, [f"org.neo4j.app:neo4j-server:{self.version}", f"org.neo4j:neo4j:{self.version}", *self.more_jars]
        )
        self.port = self.port or free_port()
        for folder in ("conf", "data", "logs", "import", "plugins"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        self._configure()
        self.admin("dbms", "set-initial-password", PASSWORD)

    @property
    def uri(self) -> str:
        """Where drivers connect to."""
        return f"bolt://127.0.0.1:{self.port}"

    def _configure(self) -> None:
        address = f"127.0.0.1:{self.port}"
        settings = {
            "server.bolt.listen_address": address, "server.bolt.advertised_address": address,
            "server.http.enabled": "false", "server.https.enabled": "false",
            "server.memory.pagecache.size": "128m", "dbms.usage_report.enabled": "false",
            "dbms.security.auth_minimum_password_length": "8", **self.settings,
        }  # fmt: skip
        text = "".join(f"{name}={value}\n" for name, value in settings.items())
        (self.home / "conf" / "neo4j.conf").write_text(text)

    def admin(self, *words: str) -> str:
        """Run neo4j-admin with these words; its output. Raises RuntimeError with it if it fails."""
        command = [self.java, "-cp", f"{self.lib}/*", ADMIN, *words]
        done = subprocess.run(
            command, env=self._environment(), cwd=self.home, capture_output=True, text=True, timeout=600, check=False
        )
        if done.returncode:
            raise RuntimeError(f"neo4j-admin {' '.join(words)}: {(done.stdout + done.stderr)[-3000:]}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}

    def start(self) -> "Server":
        """Start and wait until it answers. Raises RuntimeError with its last words if it does not."""
        options = [f"--add-opens={name}=ALL-UNNAMED" for name in OPENS] + ["--enable-native-access=ALL-UNNAMED"]
        if not self.version.startswith("5."):
            options.append("--add-modules=jdk.incubator.vector")
        command = [
            self.java, "-Xms128m", f"-Xmx{self.heap}", *self.java_options, *options, "-cp", f"{self.lib}/*:{self.home}/plugins/*", self._main(),
            f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}", "--console-mode",
        ]  # fmt: skip
        before = self._starts()
        with (self.home / "logs" / "console.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=self._environment(), stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while self._starts() == before:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"Neo4j {self.version} did not start: {self._log()[-3000:]}")
            time.sleep(0.1)
        return self

    def _main(self) -> str:
        named = "CommunityEntryPoint" if self.version.startswith("5.") else "Neo4jCommunity"
        return f"org.neo4j.server.{named}"

    def _log(self) -> str:
        path = self.home / "logs" / "console.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _starts(self) -> int:
        return self._log().count("Started.")

    def stop(self) -> None:
        """Stop in order; safe to call twice."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill at once, as a crash would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(how)
            self.process.wait(timeout=60)
            self.process = None

    def remove(self) -> None:
        """Delete it: nothing of it is worth an orderly end, which takes seconds."""
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
