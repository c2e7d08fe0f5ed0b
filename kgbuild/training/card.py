"""What was measured -> the README.md of a model directory, in plain words. Knows no model and computes nothing."""

from typing import Any

from kgbuild.models.directory import BERT, ModelSpec

LICENCES = """\
- Encoder: started from MiniLM-L6-H384-uncased (Microsoft) as fine-tuned in sentence-transformers/all-MiniLM-L6-v2: Apache-2.0.
- Relations, chains and mentions: Re-DocRED (Tan et al. 2022, arXiv:2205.12696) and DocRED (Yao et al. 2019, arXiv:1906.06127): MIT.
- The annotated text comes from English Wikipedia: CC BY-SA. The weights are distributed under Apache-2.0, with this attribution.
"""
"""Holds when the bundled encoder is trained on Re-DocRED; other data brings its own terms."""


def card(spec: ModelSpec, metrics: dict[str, Any], record: dict[str, Any]) -> str:
    """The model card, Markdown. metrics and record: what metrics.json and training.json hold."""
    sections = [
        _head(spec, metrics),
        "## Scores on the dev file\n\n" + _scores(metrics),
        "## Thresholds\n\n" + _thresholds(metrics),
        "## Training\n\n" + _training(metrics, record),
        "## What it is not for\n\n" + _limits(spec),
        "## Licences and attribution\n\n" + licences(record),
    ]
    return "\n".join(sections)


def licences(record: dict[str, Any]) -> str:
    """Attribution for the data the project knows; a reminder for any other."""
    if record["encoder"] == "bundled" and any(item["file"] in {"train.json", "entities_only.json"} for item in record["files"]):
        return LICENCES
    return (
        "The terms of the start model and of each file above apply to these weights; state them here before passing them on.\n"
    )


def _head(spec: ModelSpec, metrics: dict[str, Any]) -> str:
    encoder = spec.encoder
    kind = "BERT-like" if encoder.family == BERT else encoder.family
    return (
        f"# {spec.name}\n\n"
        f"Finds typed mentions ({', '.join(spec.types)}) and {len(spec.relations)} relations between their chains in "
        f"{'/'.join(spec.languages)} text. One {kind} encoder ({encoder.layers} layers of {encoder.hidden}) with case features serves "
        f"a token-classification head and a document-level relation head. Weights fp16, run in {spec.precision}; passages of up to "
        f"{spec.max_pieces} word-pieces.\n"
    )


def _scores(metrics: dict[str, Any]) -> str:
    rows = [
        ("mentions, strict (span and type)", metrics["ner"]),
        ("mentions, detokenised text", metrics["ner_natural_text"]),
        ("relations given gold mentions and chains", metrics["relations_gold"]),
        ("… detokenised text", metrics["relations_gold_natural_text"]),
        ("… without shifting the threshold class", metrics["relations_gold_unshifted"]),
        ("… without P131 and P17", metrics["relations_gold_without_P131_P17"]),
        *((f"mentions, {name}", row) for name, row in metrics["ner_by_type"].items()),
    ]
    errors = metrics["calibration_error"]
    return (
        f"{metrics['documents']} documents, measured on the exported weights. One shift of the threshold class, chosen on the other half of "
        "the documents (even, odd); the mask of (type, relation, type) seen in training is applied. Items are sets. End-to-end scores: "
        "`kgbuild evaluate`.\n\n"
        + _table(rows)
        + f"\nMacro F1 over relations with gold: {metrics['relations_gold_macro_f1']}. Expected calibration error (cross-fitted, items with "
        f"p >= .1): spans {errors['spans']}, links {errors['links']} (before calibration {errors['links_uncalibrated']}).\n"
    )


def _thresholds(metrics: dict[str, Any]) -> str:
    text = (
        "`benchmark` has the best F1 on dev. `default` is for people: the lowest score at which precision on dev, given gold chains, "
        "reaches .80, for country-like relations and the others apart, and never lower than `benchmark`. Both sets were chosen on all of the dev documents they are "
        "measured on here. In the user's documents precision is lower: they are not encyclopaedia articles, and chains are found, not "
        "given.\n\n"
    )
    for name, row in metrics["thresholds"].items():
        cuts = ", ".join(f"{key} {row[key]}" for key in ("spans", "country", "other"))
        rows = [
            (f"{name}: {key.removeprefix('measured_').replace('_', ' ')}", row[key])
            for key in row
            if key.startswith("measured")
        ]
        text += f"{name} ({cuts}, ten-thousandths):\n\n" + _table(rows) + "\n"
    return text


def _training(metrics: dict[str, Any], record: dict[str, Any]) -> str:
    files = "".join(f"- {item['role']}: {item['file']}, digest `{item['digest']}`\n" for item in record["files"])
    lines = [
        "| epoch | NER loss | relation loss | mentions F1 | relations F1 raw | shifted | seconds | CPU seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    keys = ("epoch", "ner_loss", "relation_loss", "mentions", "relations_raw", "relations_shifted", "seconds", "cpu_seconds")
    lines += ["| " + " | ".join(str(row.get(key, "")) for key in keys) + " |" for row in metrics["epochs"]]
    command = f"    {record['command']}\n\n" if record["command"] else ""
    scored = record["config"]["dev_documents"]
    return (
        f"{command}Seed {record['config']['seed']}. {files and 'Files:'}\n\n{files}\n"
        f"Scores by epoch are on the first {scored} dev documents (easier than the rest), with averaged weights; the best epoch is kept.\n\n"
        + "\n".join(lines)
        + "\n"
    )


def _limits(spec: ModelSpec) -> str:
    return (
        "Text in other languages; legal, medical or personal decisions; statements about living people without a look at the quoted "
        "sentence. It was trained on encyclopaedia articles: on web pages, forms and filings expect country-like relations to dominate, "
        "demonyms taken for countries, and mark-up taken for times. It knows nothing that its relations do not name.\n"
    )


def _table(rows: list[tuple[str, dict[str, float]]]) -> str:
    lines = ["| | precision | recall | F1 |", "|---|---|---|---|"]
    lines += [f"| {name} | {row['precision']} | {row['recall']} | {row['f1']} |" for name, row in rows]
    return "\n".join(lines) + "\n"
