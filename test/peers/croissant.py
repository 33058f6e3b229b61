"""Writes test/golden/croissant.json: what MLCommons' library says of a Croissant description, and the hub's of a model card.

    pip install mlcroissant==1.1.1 huggingface_hub==2.4.0
    python test/peers/croissant.py DESCRIPTION.json CARD.md

The files are those that q.provenance.croissant and q.report.modelCard write; the golden file keeps their texts, so that the tests
compare what is written with what was judged.
"""

import importlib.metadata
import json
import pathlib
import sys

import mlcroissant
from huggingface_hub import ModelCard

description, card = map(pathlib.Path, sys.argv[1:])
# Raises a ValidationError for a description that breaks the format.
dataset = mlcroissant.Dataset(jsonld=description)
sets = [record_set for record_set in dataset.metadata.record_sets if record_set.data]
read = ModelCard.load(card).data
[result] = read.eval_results

path = pathlib.Path(__file__).parents[1] / "golden" / "croissant.json"
path.write_text(
    json.dumps(
        {
            "versions": {name: importlib.metadata.version(name) for name in ["mlcroissant", "huggingface_hub"]},
            "description": json.loads(description.read_text()),
            "errors": [str(error) for error in dataset.metadata.ctx.issues.errors],
            "warnings": [str(warning) for warning in dataset.metadata.ctx.issues.warnings],
            "records": {one.id: len(list(dataset.records(one.id))) for one in sets},
            "front": card.read_text().split("---\n")[1],
            "card": {
                "licence": read.license,
                "datasets": read.datasets,
                "dataset": result.dataset_name,
                "metric": result.metric_type,
                "value": result.metric_value,
            },
        },
        indent=1,
    )
    + "\n"
)
