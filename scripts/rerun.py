"""Runs a .tflite or .onnx file on examples, and prints the outputs as JSON.

Standard input has one JSON object: `file`, the path, and `inputs`, a list of { name, shape, values } with float32
values in base64. The output is { runtime, outputs }, with outputs in the same form, or { missing, install } where the
runtime isn't installed. Inputs and outputs of integers are quantized and dequantized by their scales. A file with a
batch of its own runs once for each of its batches.
"""

import base64
import json
import sys

import_failed = None
try:
    import numpy as np
except ImportError:
    import_failed = {"missing": "numpy", "install": "numpy"}


def read(tensor):
    values = np.frombuffer(base64.b64decode(tensor["values"]), "<f4")
    return values.reshape(tensor["shape"])


def entry(name, values):
    values = np.ascontiguousarray(values, "<f4")
    text = base64.b64encode(values.tobytes()).decode()
    return {"name": name, "shape": list(values.shape), "values": text}


def quantized(values, detail):
    kind = np.dtype(detail["dtype"])
    if kind.kind == "f" or detail["quantization"][0] == 0:
        return values.astype(kind)
    scale, zero = detail["quantization"]
    ends = np.iinfo(kind)
    return np.clip(np.rint(values / np.float32(scale)) + zero, ends.min, ends.max).astype(kind)


def dequantized(codes, detail):
    scale, zero = detail["quantization"]
    if codes.dtype.kind == "f" or scale == 0:
        return codes.astype(np.float32)
    return ((codes.astype(np.int64) - zero) * np.float32(scale)).astype(np.float32)


def in_order(names, wanted):
    """The names in the file, in the order of the wanted ones where these are the same."""
    return wanted if set(names) == set(wanted) else list(names)


def run_tflite(path, inputs):
    from ai_edge_litert.interpreter import Interpreter
    from importlib.metadata import version

    interpreter = Interpreter(model_path=path)
    runner = interpreter.get_signature_runner()
    details = runner.get_input_details()
    results = runner.get_output_details()
    names = in_order(details, [tensor["name"] for tensor in inputs])
    batch = int(details[names[0]]["shape"][0])
    if -1 in list(details[names[0]]["shape_signature"])[:1]:
        batch = inputs[0]["shape"][0]
    values = [read(tensor) for tensor in inputs]
    runs = []
    for start in range(0, len(values[0]), batch):
        fed = {}
        for name, tensor in zip(names, values):
            fed[name] = quantized(tensor[start : start + batch], details[name])
        outputs = runner(**fed)
        runs.append({name: dequantized(outputs[name], results[name]) for name in outputs})
    outputs = [entry(name, np.concatenate([run[name] for run in runs])) for name in results]
    return {"runtime": f"ai-edge-litert {version('ai-edge-litert')}", "outputs": outputs}


def run_onnx(path, inputs):
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    details = session.get_inputs()
    names = in_order([one.name for one in details], [tensor["name"] for tensor in inputs])
    values = [read(tensor) for tensor in inputs]
    fixed = details[0].shape[0] if details[0].shape else None
    batch = fixed if isinstance(fixed, int) else len(values[0])
    results = [one.name for one in session.get_outputs()]
    runs = []
    for start in range(0, len(values[0]), batch):
        fed = {name: tensor[start : start + batch] for name, tensor in zip(names, values)}
        runs.append(session.run(results, fed))
    outputs = [entry(name, np.concatenate(parts)) for name, parts in zip(results, zip(*runs))]
    return {"runtime": f"onnxruntime {onnxruntime.__version__}", "outputs": outputs}


def main():
    request = json.load(sys.stdin)
    path = request["file"]
    run, module, package = (
        (run_tflite, "ai_edge_litert", "ai-edge-litert==2.3.0")
        if path.endswith(".tflite")
        else (run_onnx, "onnxruntime", "onnxruntime")
    )
    try:
        return run(path, request["inputs"])
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] == module:
            return {"missing": module, "install": package}
        raise


print(json.dumps(import_failed or main()))
