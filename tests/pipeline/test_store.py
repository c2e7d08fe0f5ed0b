"""Many queries on one opened store."""

import pytest

from kgbuild import Workspace
from kgbuild.errors import QueryError
from tests.toy import ToyModels

NAMES = "MATCH (e:Entity) RETURN e.name ORDER BY e.name"


def test_an_open_store_answers_many_queries_from_the_graph_of_its_opening(tmp_path):
    with Workspace(tmp_path / "kg", create=True, models=ToyModels()) as ws:
        ws.add_records([{"id": "n", "text": "Ann Duncan works for Acme Widget Co."}])
        ws.extract()
        ws.build()
        with ws.store() as store:
            assert store.query(NAMES).rows == (("Acme Widget Co",), ("Ann Duncan",))
            with pytest.raises(QueryError):
                store.query("CREATE (n)")
            ws.remove(["records#n"])
            ws.build()
            assert store.query("MATCH (e:Entity) WHERE e.name = $n RETURN count(e)", {"n": "Ann Duncan"}).rows == ((1,),)
        assert ws.query(NAMES).rows == ()
