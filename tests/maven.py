"""Real software from Maven artefacts for tests: its jars, fetched once into a cache folder that later runs share."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kgbuild-tests"

POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.kgbuild.tests</groupId><artifactId>{name}</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>{dependencies}</dependencies>
</project>
"""
DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"


def jars(name: str, coordinates: Iterable[str]) -> Path:
    """A folder with the jars of `group:artifact:version` and all they need; `name` says what and which version.

    The folder appears whole or not at all, and two test runs at once fetch it once. Fails with Maven's own words.
    """
    folder = CACHE / name
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _fetch(name, coordinates, folder)
    return folder


def _fetch(name: str, coordinates: Iterable[str], folder: Path) -> None:
    with TemporaryDirectory(dir=CACHE) as work:
        dependencies = "".join(DEPENDENCY.format(*each.split(":")) for each in coordinates)
        Path(work, "pom.xml").write_text(POM.format(name=name, dependencies=dependencies))
        goal = ["dependency:copy-dependencies", "-DoutputDirectory=lib", "-DincludeScope=runtime"]
        done = subprocess.run(["mvn", "-q", "-B", *goal], cwd=work, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            raise RuntimeError(f"Maven could not fetch {name}: {(done.stdout + done.stderr)[-2000:]}")
        shutil.move(str(Path(work, "lib")), folder)


def java(*versions: int) -> str:
    """The `java` of the first of these versions that the machine has. JAVA_HOME_<version> goes before the usual places."""
    for version in versions:
        home = os.environ.get(f"JAVA_HOME_{version}")
        places = [Path(home)] if home else sorted(Path("/usr/lib/jvm").glob(f"*{version}*"))
        for place in places:
            if (place / "bin" / "java").exists() and _version(place / "bin" / "java") == version:
                return str(place / "bin" / "java")
    raise RuntimeError(f"Java {' or '.join(map(str, versions))} is needed: install it, or set JAVA_HOME_{versions[0]}")


def _version(java: Path) -> int:
    said = subprocess.run([str(java), "-version"], capture_output=True, text=True, timeout=60, check=False).stderr
    number = said.partition('version "')[2].partition(".")[0]
    return int(number) if number.isdigit() else 0
