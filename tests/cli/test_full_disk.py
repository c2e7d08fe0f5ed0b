"""On a full disk `build` and `query` say so; when there is room again, all is as if there had always been."""

import pytest

from tests.small_disk import small_disk

FACTS = "MATCH (a)-[r:EMPLOYED_BY]->(b) RETURN a.name, b.name ORDER BY a.name"


@pytest.fixture
def disk(home):
    with small_disk(home / "disk", 24) as disk:
        yield disk


def test_a_full_disk_is_said_to_be_one_and_nothing_is_lost(home, kgbuild, disk):
    here, elsewhere = ("-w", disk.path / "kg"), ("-w", home / "scratch")
    assert kgbuild(*here, "run", "docs", "-q")[0] == 0
    (home / "docs" / "cy.txt").write_text("Cy Young works for Acme Widget Co.\n\n" * 40 + "Cy Young lives in Latvia.", "utf-8")
    assert kgbuild(*here, "add", "docs")[0] == 0
    assert kgbuild(*here, "extract")[0] == 0

    for left in (0, 40_000):
        with disk.full(left):
            code, _, err = kgbuild(*here, "build")
            assert code == 1 and "no space left on the disk" in err, (left, err)
    assert kgbuild(*here, "build")[0] == 0
    with disk.full():
        code, _, err = kgbuild(*here, "query", FACTS)
        assert code == 1 and "no space left" in err.lower(), err
    assert "Cy Young" in kgbuild(*here, "query", FACTS)[1]

    assert kgbuild(*elsewhere, "run", "docs", "-q")[0] == 0
    exported = [kgbuild(*where, "export", "-", "--format", "jsonl")[1] for where in (here, elsewhere)]
    assert exported[0] == exported[1] and "Cy Young" in exported[0]
