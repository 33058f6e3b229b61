"""Writes test/golden/onnx_files.json, onnx_floats.json and onnx_digits.json: what ONNX Runtime computes from exported files.

    pip install onnx==1.23.2 onnxruntime==1.32.0
    mkdir files
    QATLAB_ONNX=files npx vitest run test/export/onnx
    python test/peers/onnx_files.py files

Each file is checked by onnx.checker. Codes hold for the processor's instructions: ONNX Runtime sums uint8 · int8
products in 16 bits on x86-64 without VNNI, where sums may saturate.
"""

import base64
import collections
import hashlib
import json
import pathlib
import sys
import tempfile

import numpy
import onnx
import onnxruntime
from onnx_outputs import checked, outputs, session


def optimized_ops(content):
    """The number of nodes of each type in the graph that ONNX Runtime runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "optimized.onnx"
        session(content, path)
        counts = collections.Counter(node.op_type for node in onnx.load(path).graph.node)
    return dict(sorted(counts.items()))


def run(case, folder):
    """The codes of an integer model's only output."""
    content = checked(folder / case["file"])
    (output,) = outputs(content, case["inputs"])
    scale = numpy.array(case["output"]["scale"], "float32").astype("float64")
    codes = numpy.rint(output.astype("float64") / scale) + case["output"]["zeroPoint"]
    assert list(output.shape) == case["output"]["shape"], (output.shape, case["output"])
    return {
        "name": case["name"],
        "sha256": hashlib.sha256(content).hexdigest(),
        "nodes": optimized_ops(content),
        "codes": base64.b64encode(codes.astype(case["output"]["type"]).tobytes()).decode(),
    }


def run_float(path):
    """The outputs of a float model."""
    case = json.loads(path.read_text())
    content = checked(path.with_suffix(".onnx"))
    return {
        "name": case["name"],
        "sha256": hashlib.sha256(content).hexdigest(),
        "outputs": [
            [float(f"{value:.8g}") for value in output.ravel()]
            for output in outputs(content, case["inputs"])
        ],
    }


def run_digits(folder):
    """The sums and the classes that a digits CNN gives for all test images, with the network itself."""
    case = json.loads((folder / "digits.json").read_text())
    content = checked(folder / "digits.onnx")
    (output,) = outputs(content, [case["images"]])
    sums = numpy.rint(output.astype("float64") / numpy.array(case["scale"], "float32").astype("float64"))
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "nodes": optimized_ops(content),
        "sums": hashlib.sha256(sums.astype("int32").tobytes()).hexdigest(),
        "classes": "".join(str(row.argmax()) for row in output),
        "program": case["program"],
    }


def write(name, content):
    golden = {
        "madeBy": "test/peers/onnx_files.py",
        "versions": {
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
            "numpy": numpy.__version__,
        },
        **content,
    }
    path = pathlib.Path(__file__).resolve().parents[1] / "golden" / name
    path.write_text(json.dumps(golden, indent=1 if "files" in name else None) + "\n")
    print(name, path.stat().st_size, "bytes")


folder = pathlib.Path(sys.argv[1])
cases = json.loads((folder / "cases.json").read_text())
write("onnx_files.json", {"cases": [run(case, folder) for case in cases]})
floats = sorted((folder / "float").glob("*.json"))
write("onnx_floats.json", {"cases": [run_float(path) for path in floats]})
write("onnx_digits.json", run_digits(folder))
