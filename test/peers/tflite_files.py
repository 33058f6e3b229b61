"""Writes test/golden/tflite_files.json: the outputs of .tflite files in LiteRT, by kernel.

    pip install ai-edge-litert==2.3.0 numpy
    QATLAB_TFLITE=files npx vitest run test/export/tflite/litert.test.ts
    python test/peers/tflite_files.py files

A file is loaded by each of three resolvers and run on three inputs from the generator of
test/fixtures/generator.ts (seeds 1 to 3). Codes of all outputs, in the file's order, are kept as the first 16 digits
of their SHA-256, as 32-bit integers. Of float outputs five numbers are kept, rounded, those of XNNPACK; the other
kernels' largest difference from it stands beside them.
"""

import hashlib
import importlib.metadata
import json
import pathlib
import platform
import sys

import numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType

kernels = {
    "tflite-reference": OpResolverType.BUILTIN_REF,
    "tflite-optimized": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    "xnnpack": OpResolverType.AUTO,
}


def generator(seed):
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) / 2**24


def draw(random, detail):
    count = int(numpy.prod(detail["shape"]))
    values = numpy.array([next(random) for _ in range(count)])
    if detail["dtype"] == numpy.float32 and detail["name"] == "indices":  # of a table of ten rows
        return numpy.floor(values * 10).astype(numpy.float32).reshape(detail["shape"])
    if detail["dtype"] == numpy.float32:
        return (values * 2 - 1).astype(numpy.float32).reshape(detail["shape"])
    if detail["dtype"] == numpy.int32:  # indices into a table of ten rows
        return numpy.floor(values * 10).astype(numpy.int32).reshape(detail["shape"])
    limits = numpy.iinfo(detail["dtype"])
    span = int(limits.max) - int(limits.min) + 1
    return (numpy.floor(values * span) + limits.min).astype(detail["dtype"]).reshape(detail["shape"])


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def run(content, resolver):
    interpreter = Interpreter(model_content=content, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    codes = []
    for seed in (1, 2, 3):
        random = generator(seed)
        for detail in interpreter.get_input_details():
            interpreter.set_tensor(detail["index"], draw(random, detail))
        interpreter.invoke()
        interpreter.reset_all_variables()
        for detail in interpreter.get_output_details():
            codes.append(interpreter.get_tensor(detail["index"]).ravel())
    return numpy.concatenate(codes)


def sample(values):
    return [round(float(values[i * (len(values) - 1) // 4]), 7) for i in range(5)]


def read(path):
    content = path.read_bytes()
    outputs = {}
    for name, kernel in kernels.items():
        try:
            outputs[name] = run(content, kernel)
        except ValueError as error:
            # The reference resolver has no ELU.
            if "builtin opcode 'ELU'" not in str(error) or name != "tflite-reference":
                raise
    reference = outputs["xnnpack"]
    if reference.dtype == numpy.float32:
        apart = max(float(abs(output - reference).max()) for output in outputs.values())
        return {
            "file": digest(content),
            "sample": sample(reference),
            "largest": round(float(abs(reference).max()), 4),
            "apart": float(f"{apart:.1g}"),
        }
    digests = {name: digest(codes.astype(numpy.int32).tobytes()) for name, codes in outputs.items()}
    return {"file": digest(content), "outputs": digests}


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    files = sorted(folder.glob("*.tflite"))
    golden = {
        "madeBy": "test/peers/tflite_files.py",
        "versions": {
            "ai-edge-litert": importlib.metadata.version("ai-edge-litert"),
            "numpy": numpy.__version__,
            "machine": platform.machine(),
        },
        "cases": {path.stem: read(path) for path in files},
    }
    path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "tflite_files.json"
    path.write_text(json.dumps(golden, separators=(",", ":")).replace('}},"', '}},\n"') + "\n")
    print(len(files), "files,", path.stat().st_size, "bytes")
