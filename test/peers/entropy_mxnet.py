"""Adds to test/golden/entropy.json the whole thresholds of Apache MXNet's entropy calibrator.

    pip install mxnet==1.9.1 numpy==1.23.5
    python test/peers/entropy_mxnet.py

Run test/peers/entropy.py first.
"""

import json
import pathlib

import mxnet
import numpy

path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "entropy.json"
golden = json.loads(path.read_text())
for case in golden["twoSided"]:
    bins = case["bins"]
    # As for ONNX Runtime; smaller, since the sums are float32's.
    counts = (numpy.array(case["counts"], numpy.float32) + 1) * 1000
    edges = numpy.linspace(-1, 1, bins + 1, dtype=numpy.float32)
    high, divergence = mxnet.nd.contrib.calibrate_entropy(
        mxnet.nd.array(counts), mxnet.nd.array(edges), num_quantized_bins=case["levels"]
    )
    half = int(numpy.abs(edges - float(high.asscalar())).argmin()) - bins // 2 - 1
    case["mxnet"] = {"half": half, "divergence": float(divergence.asscalar())}
golden["versions"]["mxnet"] = mxnet.__version__
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print([case["mxnet"] for case in golden["twoSided"]])
