"""examples/filings does what its README says: a graph of subsidiaries from an exhibit, by terms and patterns, without the model."""

import subprocess
import sys
from pathlib import Path

from kgbuild.pipeline.workspace import Workspace

EXAMPLE = Path(__file__).parents[1] / "examples" / "filings"


def test_every_row_of_the_exhibit_becomes_a_company_that_is_organised_somewhere(tmp_path):
    made = subprocess.run(
        [sys.executable, "make_terms.py", "ex21_xom.html"], cwd=EXAMPLE, capture_output=True, text=True, check=True
    )
    assert made.stdout == (EXAMPLE / "terms.csv").read_text("utf-8")
    with Workspace(tmp_path / "kg", create=True) as ws:
        ws.name_extractors(terms=[EXAMPLE / "terms.csv"], patterns=[EXAMPLE / "patterns.jsonl"])
        settings = tmp_path / "kg" / "kgbuild.toml"
        settings.write_text(settings.read_text("utf-8").replace('["model", ', "["), "utf-8")
        ws.use(schema=EXAMPLE / "filings.yaml")
        ws.add([EXAMPLE / "ex21_xom.html"])
        ws.extract()
        ws.build()
        with ws.source() as graph:
            entities = list(graph.entities())
        status = ws.status()

    companies = [entity for entity in entities if entity.external_id.startswith("xom-")]
    assert len(companies) == len({entity.external_id for entity in companies}) == 114
    assert status.by_predicate == [("ORGANIZED_IN", 115)]
