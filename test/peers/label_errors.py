"""Writes test/golden/label_errors.json: the label errors that cleanlab finds by confident learning.

    pip install cleanlab==2.9.0 numpy==2.4.6
    python test/peers/label_errors.py
"""

import json
import pathlib

import cleanlab
import numpy
from cleanlab.filter import find_label_issues

random = numpy.random.default_rng(18)
n, classes = 150, 4
truth = random.integers(0, classes, n)
logits = random.normal(0, 1, (n, classes))
logits[numpy.arange(n), truth] += 2
probabilities = (numpy.exp(logits) / numpy.exp(logits).sum(1, keepdims=True)).round(5)
labels = truth.copy()
labels[:12] = (labels[:12] + 1) % classes
found = find_label_issues(
    labels,
    probabilities,
    filter_by="confident_learning",
    return_indices_ranked_by="normalized_margin",
    n_jobs=1,
)
path = pathlib.Path(__file__).parents[1] / "golden" / "label_errors.json"
path.write_text(
    json.dumps(
        {
            "versions": {"cleanlab": cleanlab.__version__},
            "classes": classes,
            "labels": labels.tolist(),
            "probabilities": probabilities.flatten().tolist(),
            "found": sorted(int(i) for i in found),
        }
    )
    + "\n"
)
print(len(found))
