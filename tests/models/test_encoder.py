"""Encoders as a user names them: folders of every family are read, described, built again and trained; what cannot be is refused in
one line."""

import json
import shutil
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.torch

from kgbuild.errors import ModelError  # noqa: E402
from kgbuild.extraction.extractor import load as load_extractor  # noqa: E402
from kgbuild.models.checkpoint import load  # noqa: E402
from kgbuild.models.directory import read_directory  # noqa: E402
from kgbuild.models.encoder import build, load_pretrained  # noqa: E402
from kgbuild.models.pieces import load_tokenizer, special_ids, split  # noqa: E402
from kgbuild.training import run, start  # noqa: E402
from kgbuild.training.augment import Augmentation  # noqa: E402
from kgbuild.training.loop import TrainingConfig, optimizer_for  # noqa: E402
from tests.models.families import FAMILIES, write_encoder, write_model  # noqa: E402
from tests.models.vocabularies import SENTENCES  # noqa: E402
from tests.training.documents import write  # noqa: E402

CONFIG = TrainingConfig(epochs=1, dev_documents=2, augmentation=Augmentation())


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def encoders(tmp_path_factory):
    """Hugging Face folders by family, each made once."""
    made = {}

    def folder(name):
        if name not in made:
            made[name] = write_encoder(tmp_path_factory.mktemp(name), name)
        return made[name]

    return folder


def inputs(length=40):
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(4, 60, (2, length), generator=generator)
    mask = torch.ones_like(ids)
    mask[1, 25:] = 0
    return ids, torch.randint(1, 9, (2, length), generator=generator), mask


# reading -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FAMILIES)
def test_without_case_features_it_computes_what_the_original_computes(encoders, name):
    encoder, _ = load_pretrained(str(encoders(name)))
    original = transformers.AutoModel.from_pretrained(encoders(name)).eval()
    ids, cases, mask = inputs()
    with torch.no_grad():
        encoder.eval().case.weight.zero_()
        ours, theirs = (
            encoder(ids, cases, mask),
            original(inputs_embeds=original.get_input_embeddings()(ids), attention_mask=mask),
        )
    assert torch.allclose(ours.hidden[0], theirs.last_hidden_state[0], atol=1e-5)
    assert torch.allclose(ours.hidden[1, :25], theirs.last_hidden_state[1, :25], atol=1e-5)
    assert ours.query.shape == ours.key.shape == (2, 40, 4, 8)


@pytest.mark.parametrize("name", FAMILIES)
def test_query_and_key_are_those_of_the_last_layer(encoders, name):
    """Attention made of them, in the original's way where that is plain, is the original's attention."""
    encoder, _ = load_pretrained(str(encoders(name)))
    ids, cases, _ = inputs()
    states = []
    last = encoder.bert.encoder.layer[-1] if hasattr(encoder.bert, "encoder") else encoder.bert.layers[-1].attn
    last.register_forward_pre_hook(lambda _module, arguments: states.append(arguments[0]))
    with torch.no_grad():
        encoded = encoder.eval()(ids, cases, torch.ones_like(ids))
    weights = dict(last.named_parameters())
    if name.startswith("modernbert"):
        query, key, _ = torch.nn.functional.linear(states[0], weights["Wqkv.weight"], weights.get("Wqkv.bias")).chunk(3, -1)
    elif name == "deberta":
        parts = weights["attention.self.in_proj.weight"].view(4, 3, 8, 32)
        query = states[0] @ parts[:, 0].reshape(32, 32).T + weights["attention.self.q_bias"]
        key = states[0] @ parts[:, 1].reshape(32, 32).T
    else:
        ending = "_proj" if name.startswith("deberta") else ""
        query, key = (
            torch.nn.functional.linear(
                states[0], weights[f"attention.self.{part}{ending}.weight"], weights[f"attention.self.{part}{ending}.bias"]
            )
            for part in ("query", "key")
        )
    assert torch.allclose(encoded.query.flatten(2), query, atol=1e-5)
    assert torch.allclose(encoded.key.flatten(2), key, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "positions", "described"),
    [
        ("bert", 512, False),
        ("bert-relu", 512, True),
        ("roberta", 512, True),
        ("deberta-v3", 512, True),
        ("modernbert", 1024, True),
    ],
)
def test_what_model_json_says_of_it(encoders, name, positions, described):
    _, spec = load_pretrained(str(encoders(name)))
    assert spec.positions == positions
    assert (spec.architecture is not None) == described
    assert spec.config == json.loads(json.dumps(spec.config))


@pytest.mark.parametrize("name", FAMILIES)
def test_the_description_is_enough_to_build_it_again(encoders, name, monkeypatch):
    encoder, spec = load_pretrained(str(encoders(name)))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    again = build(spec)
    again.load_state_dict(encoder.state_dict())
    with torch.no_grad():
        assert torch.equal(again.eval()(*inputs()).hidden, encoder.eval()(*inputs()).hidden)


@pytest.mark.parametrize("name", FAMILIES)
def test_rates_fall_from_layer_to_layer_in_every_family(encoders, name):
    from kgbuild.models.checkpoint import Joint

    encoder, _ = load_pretrained(str(encoders(name)))
    assert len(encoder.layers) == 3
    for layer in encoder.layers:
        assert any(parameter.startswith(layer) for parameter, _ in encoder.named_parameters())
    model = Joint.__new__(Joint)
    torch.nn.Module.__init__(model)
    model.encoder = encoder
    config = TrainingConfig(encoder_rate=1.0, head_rate=9.0, layer_decay=0.5)
    rates = {id(p): group["peak"] for group in optimizer_for(model, config).param_groups for p in group["params"]}
    found = {name: rates[id(p)] for name, p in encoder.named_parameters() if p.requires_grad}
    assert found.pop("case.weight") == 9.0
    for depth, layer in enumerate(reversed(encoder.layers)):
        assert {rate for parameter, rate in found.items() if parameter.startswith(layer)} == {0.5**depth}
    assert {rate for parameter, rate in found.items() if not parameter.startswith(encoder.layers)} == {0.125}


# what is refused -----------------------------------------------------------------------------------------------------


def test_a_name_that_cannot_be_fetched_is_one_line_that_says_what_to_do(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"made-up/no-such-encoder.*could not be fetched.*give its folder") as caught:
        load_pretrained("made-up/no-such-encoder")
    assert "\n" not in str(caught.value)


def test_a_download_that_breaks_off_is_one_line_too(monkeypatch):
    def broken(*_arguments, **_options):
        raise ConnectionResetError("Connection reset by peer\nwhile reading")

    monkeypatch.setattr(transformers.AutoConfig, "from_pretrained", broken)
    with pytest.raises(ModelError, match=r"could not be fetched .*\(Connection reset by peer while reading\)"):
        load_pretrained("made-up/no-such-encoder")


def test_another_kind_of_encoder_is_told_which_can_be_used(tmp_path):
    transformers.GPT2Config().save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="of type 'gpt2': only bert, roberta, .*modernbert can be trained"):
        load_pretrained(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("bert", {"hidden_act": "tanh"}, "activation 'tanh'"), ("bert", {"is_decoder": True}, "decoder"),
        ("bert", {"max_position_embeddings": 12}, "12 pieces at once"), ("deberta", {"talking_head": True}, "talk to each other"),
        ("deberta-v2", {"attention_head_size": 4}, "hidden size"), ("deberta-v2", {"conv_groups": 2}, "in groups"),
        ("deberta-v3", {"pos_att_type": "p2p"}, "positions to positions"),
    ],
)  # fmt: skip
def test_settings_that_no_graph_knows_are_refused(encoders, tmp_path, name, changes, words):
    config = json.loads((encoders(name) / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, **changes}))
    with pytest.raises(ModelError, match=words):
        load_pretrained(str(tmp_path))


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda _: b"", lambda data: b"x" * len(data)])
@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_damaged_folder_is_one_line(encoders, tmp_path, file, damage):
    shutil.copytree(encoders("bert"), tmp_path / "broken")
    path = tmp_path / "broken" / file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ModelError, match="broken") as caught:
        start.start_from(str(tmp_path / "broken"), None)
    assert "\n" not in str(caught.value)


def test_a_folder_whose_weights_are_not_all_there_is_refused(encoders, tmp_path):
    from safetensors.torch import load_file, save_file

    shutil.copytree(encoders("roberta"), tmp_path / "part")
    tensors = load_file(tmp_path / "part" / "model.safetensors")
    tensors.pop("encoder.layer.1.output.dense.weight")
    save_file(tensors, tmp_path / "part" / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"lacks weights, encoder\.layer\.1\.output\.dense\.weight"):
        load_pretrained(str(tmp_path / "part"))


# end to end ----------------------------------------------------------------------------------------------------------


def trained(tmp_path, encoder):
    data = write(tmp_path / "train.json", 3)
    run.train([data], write(tmp_path / "dev.json", 2), tmp_path / "out", encoder=str(encoder), config=CONFIG)
    return tmp_path / "out"


@pytest.mark.parametrize("name", ["chinese-bert", "electra", "xlm-roberta", "deberta-v3", "modernbert"])
def test_a_folder_becomes_a_model_that_reads_texts(encoders, tmp_path, name):
    out = trained(tmp_path, encoders(name))
    text = " ".join(SENTENCES)
    with load_extractor(out, threads=1) as extractor:
        extraction = next(iter(extractor([text])))
    for span in extraction.spans:
        assert text[span.start : span.end] == text[span.start : span.end].strip() != ""
    again = load(out)
    assert again.spec.encoder.family == json.loads((encoders(name) / "config.json").read_text())["model_type"]
    assert again.tokenizer.to_str() == load_tokenizer(encoders(name) / "tokenizer.json").to_str()


def test_a_model_of_another_family_can_be_the_start_of_another(encoders, tmp_path):
    first = trained(tmp_path, encoders("roberta"))
    data, dev = [tmp_path / "train.json"], tmp_path / "dev.json"
    run.train(data, dev, tmp_path / "second", init=first, config=CONFIG)
    assert read_directory(tmp_path / "second").spec.encoder == read_directory(first).spec.encoder


def test_an_encoder_shorter_than_the_passages_reads_them_in_windows(tmp_path):
    short = write_encoder(tmp_path / "short", "roberta", max_position_embeddings=102)
    out = trained(tmp_path, short)
    spec = read_directory(out).spec
    assert (spec.encoder.positions, spec.max_pieces) == (100, 96)
    text = " ".join(SENTENCES * 12)
    with load_extractor(out, threads=1) as extractor, load_extractor(out, "torch-cpu", 1) as other:
        (prepared,) = extractor.prepare([text])
        assert len(prepared.windows) > 12 and all(end - start <= 94 for start, end in prepared.windows)
        ours, theirs = (next(iter(one([text, "Anna"]))) for one in (extractor, other))
    spans = [{(span.start, span.end, span.label) for span in side.spans} for side in (ours, theirs)]
    assert len(spans[0]) > 20
    assert max(end for _, end, _ in spans[0]) > 0.9 * len(text)
    assert len(spans[0] & spans[1]) > 0.9 * len(spans[0] | spans[1])


def test_an_older_vocabulary_file_is_enough(tmp_path):
    folder = write_encoder(tmp_path / "old", "chinese-bert")
    vocabulary = load_tokenizer(folder / "tokenizer.json").get_vocab()
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.txt").write_text("\n".join(sorted(vocabulary, key=vocabulary.get)) + "\n", encoding="utf-8")
    made = start.tokenizer_of(str(folder))
    assert made.encode("北京 Anna", add_special_tokens=False).tokens[:2] == ["北", "京"]
    assert vocabulary.items() <= made.get_vocab().items()


def test_a_sentencepiece_file_is_enough(tmp_path):
    """What DeBERTa v3 comes with."""
    trainer = pytest.importorskip("sentencepiece").SentencePieceTrainer
    folder = write_encoder(tmp_path / "spm", "deberta-v3")
    (folder / "tokenizer.json").unlink()
    (tmp_path / "text").write_text("\n".join(SENTENCES), encoding="utf-8")
    trainer.train(
        input=str(tmp_path / "text"), model_prefix=str(folder / "spm"), vocab_size=100, minloglevel=2, pad_id=0, bos_id=1, eos_id=2,
        unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]", unk_piece="[UNK]",
    )  # fmt: skip
    made = start.tokenizer_of(str(folder))
    pieces = split(made, "Marie Curie in Warsaw")
    assert special_ids(made) == (0, 1, 2)
    assert sum(pieces.words) == 4


@pytest.mark.parametrize("name", ["bert", "roberta", "deberta-v3", "modernbert"])
def test_a_folder_without_any_vocabulary_is_refused(tmp_path, name):
    folder = write_encoder(tmp_path / "bare", name)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"bare"):
        start.tokenizer_of(str(folder))


def test_a_tokenizer_of_another_encoder_is_refused(tmp_path):
    folder = write_encoder(tmp_path / "mixed", "bert", vocab_size=70)
    with pytest.raises(ModelError, match="do not belong together"):
        trained(tmp_path, folder)


def test_weights_and_description_of_two_models_do_not_mix(tmp_path):
    folder = write_model(tmp_path, "modernbert")
    spec = read_directory(folder).spec
    from kgbuild.models.directory import write_spec

    write_spec(folder, replace(spec, encoder=replace(spec.encoder, architecture=None)))
    with pytest.raises(ModelError, match=r"model\.safetensors does not fit"):
        load(folder)
