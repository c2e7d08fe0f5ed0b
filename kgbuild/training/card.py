"""What was measured -> the README.md of a model directory, in plain words. Knows no model and computes nothing."""

from typing import Any

from kgbuild.models.spec import BERT, ModelSpec

ENCODER = """\
- Encoder: started from MiniLM-L6-H384-uncased (Microsoft) as fine-tuned in sentence-transformers/all-MiniLM-L6-v2: Apache-2.0.
"""
DOCRED = """\
- Relations, chains and mentions: Re-DocRED (Tan et al. 2022, arXiv:2205.12696) and DocRED (Yao et al. 2019, arXiv:1906.06127): MIT.
  The annotated text comes from English Wikipedia: CC BY-SA.
"""
KNOWN = {
    "mr4srt3n5wrldozc2cwmvheigu": DOCRED,
    "2di2sio32er7odjfw6v2gizmuy": DOCRED,
    "pgnehnqc2zibg6i6l3ahkfqrai": "- Facts of 15 properties: KnowledgeNet (Mesquita et al. 2019): CC BY-SA 4.0.\n",
    "x5ds4a4z3skmu52xw7hjvf7sji": "- Financial entities and relations: FIRE (Hamad et al. 2024): CC BY 4.0.\n",
}
"""Attribution of the files that the shipped model is trained on, by digest; other data brings its own terms."""
ENCYCLOPAEDIA = (
    "It was trained on encyclopaedia articles: on web pages, forms and filings expect country-like relations to dominate, demonyms "
    "taken for countries, and mark-up taken for times."
)
OWN_DATA = "It was trained on the files above: on documents of another kind expect less than the scores above, most of all less recall."


def card(spec: ModelSpec, metrics: dict[str, Any], record: dict[str, Any]) -> str:
    """The model card, Markdown. metrics and record: what metrics.json and training.json hold."""
    sections = [
        _head(spec, metrics),
        "## Scores on the dev file\n\n" + _scores(spec, metrics),
        "## Thresholds\n\n" + _thresholds(metrics),
        "## Training\n\n" + _training(metrics, record),
        "## What it is not for\n\n" + _limits(record),
        "## Licences and attribution\n\n" + licences(record),
    ]
    return "\n".join(sections)


def licences(record: dict[str, Any]) -> str:
    """Attribution for the data the project knows; a reminder for all else."""
    trained = [item["digest"] for item in record["files"] if item["role"] == "train"]
    lines = [ENCODER] if record["encoder"] == "bundled" else []
    lines += dict.fromkeys(KNOWN[mark] for mark in trained if mark in KNOWN)
    if record["encoder"] != "bundled" or not set(trained) <= KNOWN.keys():
        lines.append(
            "The terms of the start model and of each file above apply to these weights; state them here before passing them on.\n"
        )
    return "".join(lines)


def _is_shipped_recipe(record: dict[str, Any]) -> bool:
    return any(item["role"] == "train" and KNOWN.get(item["digest"]) == DOCRED for item in record["files"])


def _head(spec: ModelSpec, metrics: dict[str, Any]) -> str:
    encoder = spec.encoder
    kind = "BERT-like" if encoder.family == BERT else encoder.family
    related = ("", "")
    if spec.relations:
        related = f" and {len(spec.relations)} relations between their chains", " and a document-level relation head"
    return (
        f"# {spec.name}\n\n"
        f"Finds typed mentions ({', '.join(spec.types)}){related[0]} in {'/'.join(spec.languages)} text. One {kind} encoder "
        f"({encoder.layers} layers of {encoder.hidden}) with case features serves a token-classification head{related[1]}. Weights fp16, run in {spec.precision}; passages of up to "
        f"{spec.max_pieces} word-pieces.\n" + pruner_line(metrics) + _base(spec)
    )


def pruner_line(metrics: dict[str, Any]) -> str:
    """What the card says of a pruner; nothing without one."""
    if "pruner" not in metrics:
        return ""
    share, left = metrics["pruner"]["pairs_scored"], metrics["pruner"]["links_kept"]
    return (
        f"A pruner spares the relation head hopeless pairs: on dev {share} % are scored, and {left} % of all links above the floor "
        "remain.\n"
    )


def _base(spec: ModelSpec) -> str:
    if spec.base is None:
        return ""
    return (
        f"\nThis directory holds adapters and heads alone. They run on the encoder of the model `{spec.base.name}`, fingerprint "
        f"`{spec.base.fingerprint}`, looked for at `{spec.base.path}`, seen from here, and in kgbuild itself.\n"
    )


def _scores(spec: ModelSpec, metrics: dict[str, Any]) -> str:
    rows = [
        ("mentions, strict (span and type)", metrics["ner"]),
        ("mentions, detokenised text", metrics["ner_natural_text"]),
        *_relation_rows(spec, metrics),
        *(
            (f"test file: {name.replace('_', ' ')}", row)
            for name, row in metrics.get("test", {}).items()
            if name == "ner" or (name != "documents" and spec.relations)
        ),
        *((f"mentions, {name}", row) for name, row in metrics["ner_by_type"].items()),
    ]
    errors = metrics["calibration_error"]
    return (
        f"{metrics['documents']} documents, measured on the exported weights. One shift of the threshold class, chosen on the other half of "
        "the documents (even, odd); the mask of (type, relation, type) seen in training is applied. Items are sets. End-to-end scores: "
        "`kgbuild evaluate`.\n\n"
        + _table(rows)
        + (f"\nMacro F1 over relations with gold: {metrics['relations_gold_macro_f1']}.\n" if spec.relations else "")
        + f"\nExpected calibration error (cross-fitted, items with p >= .1): spans {errors['spans']}"
        + (f", links {errors['links']} (before calibration {errors['links_uncalibrated']})" if spec.relations else "")
        + ".\n"
    )


def _relation_rows(spec: ModelSpec, metrics: dict[str, Any]) -> list[tuple[str, Any]]:
    if not spec.relations:
        return []
    return [
        ("relations given gold mentions and chains", metrics["relations_gold"]),
        ("… detokenised text", metrics["relations_gold_natural_text"]),
        ("… without shifting the threshold class", metrics["relations_gold_unshifted"]),
        *([("… without P131 and P17", metrics["relations_gold_without_P131_P17"])] if _has_country_pair(spec) else []),
    ]


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
    command = f"    {record['command']}\n\n" if record["command"] else ""
    config = record["config"]
    adapters = f" Adapters of rank {config['lora']} were trained, and the heads; nothing else." if config["lora"] else ""
    return (
        f"{command}Seed {config['seed']}, {record['precision']} on {record['device']}.{adapters} Files:\n\n{files}\n"
        + _data(record["data"])
        + f"\nScores by epoch are on the first {config['dev_documents']} documents of each file, with averaged weights; epoch "
        f"{record['best_epoch']} is kept, the best on dev{_stopped(record)}. Relations given gold mentions and chains. As a picture: `curves.png`.\n\n"
        + _epochs(metrics["epochs"])
    )


def _stopped(record: dict[str, Any]) -> str:
    run, planned = record["epochs_run"], record["config"]["epochs"]
    return (
        f"; stopped after {run} of {planned} epochs, {record['config']['patience']} of them without a better score"
        if run < planned
        else ""
    )


def _data(report: dict[str, Any]) -> str:
    labels = [(name, f"{n:,}") for part in ("mentions", "relations") for name, n in report[part].items()]
    dropped = [f"{count:,} {what.replace('_', ' ')}" for what, count in report["dropped"].items() if count]
    notes = [
        f"{report['documents']:,} documents to train on, {report['documents_with_relations']:,} of them with relations. Examples by label: "
        + ", ".join(f"{name} {count}" for name, count in labels),
        *(["Dropped: " + ", ".join(dropped)] if dropped else []),
        *([f"Fewer than five examples: {', '.join(report['few_examples'])}"] if report["few_examples"] else []),
        *([f"In dev without a training example: {', '.join(report['only_in_dev'])}"] if report["only_in_dev"] else []),
    ]
    return "".join(f"{note}.\n" for note in notes)


def _epochs(history: list[dict[str, Any]]) -> str:
    columns = ["epoch", "training loss"]
    for name in ("dev", "test"):
        if any(name in row for row in history):
            related = any("relations" in row.get(name, ()) for row in history)
            columns += [f"{name} loss", *(f"{name} {part}, P / R / F1" for part in ("mentions", "relations")[: 1 + related])]
    lines = ["| " + " | ".join([*columns, "seconds"]) + " |", "|---" * (len(columns) + 1) + "|"]
    lines += ["| " + " | ".join(_epoch_cells(row)) + " |" for row in history]
    return "\n".join(lines) + "\n"


def _epoch_cells(row: dict[str, Any]) -> list[str]:
    losses = sum(value for key, value in row.items() if key.endswith("_loss"))
    cells = [str(row["epoch"]), f"{losses:.4f}"]
    for name in ("dev", "test"):
        if name in row:
            cells.append(f"{row[name]['loss']:.4f}")
            parts = [row[name][part] for part in ("mentions", "relations") if part in row[name]]
            cells += [f"{part['precision']} / {part['recall']} / {part['f1']}" for part in parts]
    return [*cells, str(row["seconds"])]


def _limits(record: dict[str, Any]) -> str:
    return (
        "Text in other languages; legal, medical or personal decisions; statements about living people without a look at the quoted "
        f"sentence. {ENCYCLOPAEDIA if _is_shipped_recipe(record) else OWN_DATA} It knows nothing that its relations do not name.\n"
    )


def _has_country_pair(spec: ModelSpec) -> bool:
    return bool({"P131", "P17"} & set(spec.relations))


def _table(rows: list[tuple[str, dict[str, float]]]) -> str:
    lines = ["| | precision | recall | F1 |", "|---|---|---|---|"]
    lines += [f"| {name} | {row['precision']} | {row['recall']} | {row['f1']} |" for name, row in rows]
    return "\n".join(lines) + "\n"
