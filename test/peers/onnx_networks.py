"""Writes test/golden/onnx_networks.json: in how many of 200 drawn networks ONNX Runtime has the engine's codes.

    pip install onnx==1.23.2 onnxruntime==1.32.0
    mkdir networks
    QATLAB_ONNX_NETWORKS=networks npx vitest run test/export/onnx/networks.test.ts
    python test/peers/onnx_networks.py networks

The codes of the networks without a difference are kept as one digest. Of the other networks the file has the seed, how
many codes differ, the largest difference, and how many codes there are.
"""

import hashlib
import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime
from onnx_outputs import checked, outputs

folder = pathlib.Path(sys.argv[1])
cases = json.loads((folder / "cases.json").read_text())
expected = json.loads((folder / "codes.json").read_text())
files, exact = hashlib.sha256(), hashlib.sha256()
others = []
for case, codes in zip(cases, expected, strict=True):
    content = checked(folder / case["file"])
    files.update(content)
    (output,) = outputs(content, case["inputs"])
    scale = numpy.array(case["output"]["scale"], "float32").astype("float64")
    values = output.astype("float64") / scale
    found = (numpy.rint(values) + case["output"]["zeroPoint"]).astype("int32").ravel()
    difference = numpy.abs(found - numpy.array(codes, "int32"))
    if difference.any():
        different = int((difference > 0).sum())
        others.append([int(case["name"]), different, int(difference.max()), len(codes)])
    else:
        exact.update(found.tobytes())
golden = {
    "madeBy": "test/peers/onnx_networks.py",
    "versions": {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__},
    "files": files.hexdigest(),
    "equal": len(cases) - len(others),
    "exact": exact.hexdigest(),
    "others": others,
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "onnx_networks.json"
path.write_text(json.dumps(golden) + "\n")
print(golden["equal"], "of", len(cases), "networks are equal;", others)
