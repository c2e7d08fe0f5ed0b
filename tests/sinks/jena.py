"""Apache Jena's riot, from Maven artefacts: what a reader that shares no code with us makes of our RDF."""

import re
import subprocess
from pathlib import Path

from tests.maven import jars, java

JENA = "5.6.0"
"""The newest release for Java 17."""
JENA_RDF12 = "6.0.0"
"""The first release that reads RDF 1.2; it needs Java 21."""
JAVA = {JENA: (17, 21, 25), JENA_RDF12: (25, 21)}

count = re.compile(r"^(\S+)\s+: (.*)$", re.MULTILINE)


def riot(files: list[Path], version: str = JENA) -> tuple[dict[str, int], list[str]]:
    """File name -> its triples and quads, as riot counts them with all checks on; and the lines of errors and warnings."""
    lib = jars(f"jena-{version}", [f"org.apache.jena:jena-cmds:{version}", "org.slf4j:slf4j-simple:2.0.17"])
    options = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{lib}/*"]
    command = [java(*JAVA[version]), *options, "riotcmd.riot", "--strict", "--check", "--count", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    said = done.stdout + done.stderr
    counts = {
        Path(name).name: sum(map(_number, numbers.split(" : "))) for name, numbers in count.findall(said) if name != "Total"
    }
    return counts, [line for line in said.splitlines() if "ERROR" in line or "WARN " in line]


def _number(words: str) -> int:
    """Triples = 1,176 -> 1176."""
    return int(words.rpartition("= ")[2].replace(",", "")) if "= " in words else 0
