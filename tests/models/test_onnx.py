"""A tiny model as ONNX: onnxruntime computes what torch computes, at shapes that were never exported."""

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")
pytestmark = pytest.mark.torch

from kgbuild.errors import ModelError  # noqa: E402
from kgbuild.models import onnx  # noqa: E402
from kgbuild.models.checkpoint import load  # noqa: E402
from kgbuild.models.directory import fingerprint  # noqa: E402
from tests.models.families import write_model  # noqa: E402


@pytest.fixture(scope="module", params=["roberta", "modernbert"])
def exported(request, tmp_path_factory):
    folder = write_model(tmp_path_factory.mktemp(request.param), request.param, num_hidden_layers=2)
    out = folder / "new" / "tagger.onnx"
    onnx.export_onnx(folder, out)
    return folder, out


@pytest.mark.parametrize(("rows", "length"), [(1, 3), (5, 33), (2, 200)])
def test_onnxruntime_computes_what_torch_computes(exported, rows, length):
    folder, out = exported
    model = load(folder).model
    generator = torch.Generator().manual_seed(rows)
    ids, cases = (
        torch.randint(4, 60, (rows, length), generator=generator),
        torch.randint(1, 9, (rows, length), generator=generator),
    )
    mask = torch.ones_like(ids)
    mask[-1, length - 1 :] = 0
    session = onnxruntime.InferenceSession(str(out))
    tags, hidden = session.run(["tags", "hidden"], {"ids": ids.numpy(), "cases": cases.numpy(), "mask": mask.numpy()})
    with torch.no_grad():
        states, expected = model(ids, cases, mask)
    real = mask.bool().numpy()
    assert tags[real] == pytest.approx(expected.numpy()[real], abs=2e-5)
    assert hidden[real] == pytest.approx(states.hidden.numpy()[real], abs=2e-5)


def test_the_description_says_what_the_file_takes_and_gives(exported):
    folder, out = exported
    about = json.loads(out.with_suffix(".json").read_text())
    session = onnxruntime.InferenceSession(str(out))
    assert {item.name: item.shape for item in session.get_inputs()} == {k: v["shape"] for k, v in about["inputs"].items()}
    assert {item.name: item.shape for item in session.get_outputs()} == {k: v["shape"] for k, v in about["outputs"].items()}
    assert about["fingerprint"] == fingerprint(folder)
    assert len(about["tags"]) == about["outputs"]["tags"]["shape"][-1]
    assert about["largest_difference"] < 1e-4
    assert sorted(path.name for path in out.parent.iterdir()) == ["tagger.json", "tagger.onnx"]


class Nothing:
    """A program of torch's exporter, of no worth."""

    def save(self, path, external_data):
        Path(path).write_bytes(b"onnx")


def test_a_file_that_computes_something_else_is_not_left_behind(exported, tmp_path, monkeypatch):
    folder, _ = exported
    monkeypatch.setattr(torch.onnx, "export", lambda *_arguments, **_options: Nothing())
    monkeypatch.setattr(onnx, "_difference", lambda *_arguments: float("nan"))
    with pytest.raises(ModelError, match="differs from the model by nan"):
        onnx.export_onnx(folder, tmp_path / "tagger.onnx")
    assert list(tmp_path.iterdir()) == []
