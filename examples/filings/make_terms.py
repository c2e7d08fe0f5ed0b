"""Exhibit 21 of an annual report (the list of subsidiaries) -> terms.csv: `python make_terms.py ex21_xom.html > terms.csv`.

A row of the exhibit's table is a company, a percentage, and the state or country of its organisation. Standard library and kgbuild.
"""

import csv
import re
import sys
from pathlib import Path

from kgbuild.documents.read import ReadOptions, read_file
from kgbuild.documents.walk import File
from kgbuild.records import BlockKind

PERCENT = re.compile(r"[\d.]+")


def rows(path: Path) -> list[tuple[str, str]]:
    """(company, state or country) of each row of the exhibit."""
    found = []
    for reading in read_file(File(path, path.name, "filings", path.suffix), path.read_bytes(), ReadOptions()):
        document = reading.document
        for block in document.blocks if document else ():
            cells = [cell.strip() for cell in document.text[block.start : block.end].split("\t") if cell.strip()]
            if block.kind is BlockKind.TABLE_ROW and len(cells) == 3 and PERCENT.fullmatch(cells[1]):
                found.append((cells[0], cells[2]))
    return found


def main() -> None:
    found = rows(Path(sys.argv[1]))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("name", "type", "id", "aliases"))
    for number, (company, _) in enumerate(found, 1):
        out.writerow((company, "Organization", f"xom-{number:03}", ""))
    for place in sorted({part for _, where in found for part in where.split("/")}):
        out.writerow((place, "Location", f"place-{place}", ""))


if __name__ == "__main__":
    main()
