import json

import pytest


def test_report_writes_a_page_streams_it_and_gives_json(kgbuild, answer, built):
    code, out, err = kgbuild("report", "pages/graph.html")
    assert (code, out) == (0, "")
    assert err.startswith("wrote pages/graph.html (") and "open it in a browser" in err
    page = (built / "pages" / "graph.html").read_text("utf-8")
    assert page.startswith("<!doctype html>") and "The knowledge graph <em>kg</em>" in page
    assert "The schema hardly fits these documents." in page and "80% of all facts are EMPLOYED_BY and LIVED_IN" in page

    assert kgbuild("report", "-") == (0, page, "")

    said, status = answer("report", "g.html"), answer("status")
    keys = ("entities", "triples", "values", "statements", "state")
    assert {key: said[key] for key in keys} == {key: status[key] for key in keys}
    assert (said["report"], said["schema_fit"]["fits"]) == ("g.html", False)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["report", "graph.pdf"], 2, "give a name that ends in .html"),
        (["report", "-", "--json"], 2, "--json prints one object"),
        (["report"], 2, "Missing argument"),
        (["-w", "none", "report", "g.html"], 1, "no workspace at ./none"),
    ],
)
def test_report_refuses_with_what_to_do(kgbuild, home, words, code, said):
    found, out, err = kgbuild(*words)
    assert (found, out) == (code, "")
    assert said in err


def test_report_before_the_first_build_says_what_comes_first(kgbuild, home):
    kgbuild("add", "docs")
    assert kgbuild("report", "g.html") == (1, "", "error: there is no graph yet: run `kgbuild build` first\n")


def test_numbers_that_json_lacks_are_null(capsys):
    from kgbuild.cli.output import put_csv, put_json, put_json_lines

    numbers = [float("nan"), float("inf"), -float("inf"), 0.5]
    put_json({"a": numbers, "b": {"c": (numbers[0],)}})
    assert json.loads(capsys.readouterr().out, parse_constant=pytest.fail) == {"a": [None, None, None, 0.5], "b": {"c": [None]}}
    put_json_lines(("a", "b"), [(numbers[0], 1)])
    assert json.loads(capsys.readouterr().out, parse_constant=pytest.fail) == {"a": None, "b": 1}
    put_csv(("a", "b"), [(numbers[0], numbers)])
    assert capsys.readouterr().out == 'a,b\nnan,"[null, null, null, 0.5]"\n'
