import json

import pytest

from kgbuild.errors import ConfigError, KgbuildError, ModelError
from kgbuild.extraction.named import Checked, extraction_of, flaw, named
from kgbuild.records import Extraction, Link, Span, Thing

TEXT = "Ann met Acme Widgets in Ohio."


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    """A spaCy pipeline with a ruler in place of trained entities, saved as a user has it."""
    import spacy

    made = spacy.blank("en")
    ruler = made.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "COMPANY", "pattern": "Acme Widgets", "id": "Q7"}, {"label": "GPE", "pattern": "Ohio"}])
    folder = tmp_path_factory.mktemp("spacy")
    made.to_disk(folder / "ours")
    spacy.blank("xx").to_disk(folder / "empty")
    return folder


def test_a_spacy_pipeline_gives_its_entities_with_their_ids(pipeline):
    one = named("spacy:ours", pipeline)
    opened = one.open()
    (extraction,) = opened([TEXT])

    assert extraction.spans == (Span(8, 20, "COMPANY", 8000, Thing("Q7")), Span(24, 28, "GPE", 8000))
    assert (opened.span_labels, opened.languages) == (("COMPANY", "GPE"), ("en",))
    assert one.key() == named("spacy:ours", pipeline).key() != named("spacy:empty", pipeline).key()
    opened.close()


def test_a_pipeline_that_is_not_there_or_finds_nothing_is_told(pipeline):
    with pytest.raises(ModelError, match="there is no spaCy pipeline 'en_nothing'.*spacy download"):
        named("spacy:en_nothing", pipeline).key()
    with pytest.raises(ModelError, match="the pipeline finds no entities: it has nothing"):
        named("spacy:empty", pipeline).open()


@pytest.mark.torch
def test_a_token_classifier_gives_its_entities(tmp_path):
    import torch
    from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast

    torch.manual_seed(1)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"ann met acme widgets in ohio .".split()]
    (tmp_path / "vocab.txt").write_text("\n".join(words), "utf-8")
    labels = dict(enumerate(["O", "B-ORG", "I-ORG"]))
    config = BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, id2label=labels,
        label2id={v: k for k, v in labels.items()},
    )  # fmt: skip
    model = BertForTokenClassification(config)
    with torch.no_grad():  # without layers: each word's own vector, normalised, and a head that knows two of them
        model.bert.encoder.layer = torch.nn.ModuleList()
        for table in (model.bert.embeddings.word_embeddings, model.bert.embeddings.position_embeddings):
            table.weight.zero_()
        model.bert.embeddings.token_type_embeddings.weight.zero_()
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor([4.0, 0.0, 0.0]))
        for tag, name in ((1, "acme"), (2, "widgets")):
            model.bert.embeddings.word_embeddings.weight[words.index(name), tag] = 50
            model.classifier.weight[tag, tag] = 9
    model.config.num_hidden_layers = 0
    model.save_pretrained(tmp_path / "model", safe_serialization=True)
    BertTokenizerFast(vocab=str(tmp_path / "vocab.txt"), do_lower_case=True).save_pretrained(tmp_path / "model")

    one = named("transformers:model", tmp_path)
    opened = one.open()
    (extraction, empty) = opened([TEXT, " "])
    assert [(span.start, span.end, span.label) for span in extraction.spans] == [(8, 20, "ORG")]
    assert empty == Extraction() and opened.span_labels == ("ORG",)
    (long,) = opened(["ann met acme widgets in ohio . " * 300])  # longer than the model reads, which its tokenizer does not say
    assert [span.start for span in long.spans] == [31 * i + 8 for i in range(300)]
    assert one.key() == named("transformers:model", tmp_path).key()
    (tmp_path / "model" / "note").write_text("x", "utf-8")
    assert one.key() != named("transformers:model", tmp_path).open().fingerprint


def test_a_folder_without_a_model_and_names_that_are_none_are_told(tmp_path):
    with pytest.raises(ModelError, match="no folder of a Hugging Face model"):
        named("transformers:x", tmp_path).key()
    for spec, message in {
        "terms": "needs a file",
        "spacy:": "needs a pipeline",
        "": "is no name",
        "model:x": "is no name",
    }.items():
        with pytest.raises(ConfigError, match=message):
            named(spec, tmp_path)


def test_without_the_packages_the_extra_is_named(tmp_path, monkeypatch):
    from importlib.metadata import PackageNotFoundError

    from kgbuild.errors import MissingExtra
    from kgbuild.extraction import adapters

    def gone(name):
        raise PackageNotFoundError(name)

    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "config.json").write_text(json.dumps({"id2label": {"0": "O", "1": "B-X"}}), "utf-8")
    monkeypatch.setattr(adapters, "version", gone)
    with pytest.raises(MissingExtra, match=r"kgbuild\[train\]"):
        named("transformers:m", tmp_path).key()


FLAWS = {
    "overlaps the one before": Extraction((Span(0, 3, "A", 1), Span(2, 4, "A", 1)), ((0,), (1,))),
    "is empty": Extraction((Span(3, 3, "A", 1),), ((0,),)),
    "outside of the text": Extraction((Span(0, 99, "A", 1),), ((0,),)),
    "not a whole number from 0": Extraction((Span(0, 3, "A", 0.5),), ((0,),)),
    "no partition": Extraction((Span(0, 3, "A", 1),), ()),
    "not sorted": Extraction((Span(0, 3, "A", 1), Span(4, 5, "A", 1)), ((1,), (0,))),
    "joins spans 0 and 1 of 1": Extraction((Span(0, 3, "A", 1),), ((0,),), (Link(0, 1, "R", 1),)),
    "link R has the score 10001": Extraction(
        (Span(0, 3, "A", 1), Span(4, 5, "A", 1)), ((0,), (1,)), (Link(0, 1, "R", 10_001),)
    ),
    "with the IRI 'x> <y'": Extraction((Span(0, 3, "A", 1, Thing("1", "", "x> <y")),), ((0,),)),
}


@pytest.mark.parametrize("message, extraction", FLAWS.items())
def test_an_extraction_that_cannot_be_is_told(message, extraction):
    assert message in flaw(TEXT, extraction)


class Odd:
    fingerprint = numerics = "odd"
    span_labels = link_labels = languages = ()

    def __init__(self, more):
        self.more = more

    def __call__(self, texts):
        return (Extraction() for _ in range(len(list(texts)) + self.more))

    def close(self):
        pass


@pytest.mark.parametrize("more, message", [(1, "gives more extractions"), (-1, "gives no extraction for 1 of its texts")])
def test_one_extraction_a_text_or_an_error(more, message):
    with pytest.raises(KgbuildError, match=message):
        list(Checked("odd", Odd(more))(["a", "b"]))


def test_spans_as_they_come_are_sorted_and_the_longest_stays():
    spans = [Span(4, 6, "A", 1), Span(0, 3, "A", 1), Span(2, 3, "B", 1), Span(0, 3, "B", 5)]
    assert extraction_of(spans).spans == (Span(0, 3, "B", 5), Span(4, 6, "A", 1))
