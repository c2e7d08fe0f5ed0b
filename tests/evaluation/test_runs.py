from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kgbuild.corpora.gold import GoldRelation, naturally, parse_columns
from kgbuild.evaluation.runs import in_runs, is_endless

SENTENCES = st.lists(st.integers(1, 9), min_size=1, max_size=12)


def columns(sizes):
    """Sentences of w0 w1 …, each second word a mention."""
    words = iter(range(10_000))
    return "\n".join(
        "".join(f"w{n} {'B-PER' if n % 2 else 'O'}\n" for n in (next(words) for _ in range(size))) for size in sizes
    )


@given(SENTENCES, st.integers(1, 20), st.booleans())
def test_runs_are_the_document_in_order_whole_sentences_at_a_time(sizes, limit, natural):
    (document,) = parse_columns(columns(sizes))
    document = naturally(document) if natural else document
    runs = in_runs(document, limit)
    assert tuple(token for run in runs for token in run.tokens) == document.tokens
    assert tuple(tag for run in runs for tag in run.tags) == document.tags
    assert sum(len(run.sentences) for run in runs) == len(sizes)
    assert all(len(run.tokens) <= limit or len(run.sentences) == 1 for run in runs)
    for run in runs:
        assert [run.text[a:b] for a, b in run.offsets] == list(run.tokens)
        assert [run.text[m.start : m.end] for m in run.mentions] == [run.tokens[m.first] for m in run.mentions]
        assert [t for t, tag in zip(run.tokens, run.tags, strict=True) if tag == "B-PER"] == [
            run.tokens[m.first] for m in run.mentions
        ]
        assert run.clusters == tuple((i,) for i in range(len(run.mentions)))


def test_a_run_is_filled_before_the_next_begins():
    (document,) = parse_columns(columns([4, 4, 4, 9, 1]))
    assert [len(run.tokens) for run in in_runs(document, 8)] == [8, 4, 9, 1]
    assert [run.name for run in in_runs(document, 8)] == ["1.1", "1.2", "1.3", "1.4"]


def test_only_what_columns_can_say_is_cut_into_runs(tmp_path):
    """Relations of another format would name clusters that the parts have not."""
    (document,) = parse_columns(columns([9] * 40))
    (tmp_path / "data").write_text("")
    assert is_endless([document], tmp_path / "data")
    linked = replace(document, linked=True)
    assert not is_endless([linked], tmp_path / "data")
    assert not is_endless([replace(document, relations=(GoldRelation(0, 1, "in"),), has_relations=True)], tmp_path / "data")
