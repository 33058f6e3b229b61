"""Writes test/golden/lesson_15.json: the codes and the times of lesson 15's files in LiteRT, by kernel.

    pip install ai-edge-litert==2.3.0 numpy
    QATLAB_LITERT=files npx vitest run test/course/lesson15.test.ts
    python test/peers/lesson_15.py files

The second line writes the lesson's file, images and files for the times into the folder. Codes are kept as the first
16 digits of their SHA-256, each code a byte; beside them stands how many differ from XNNPACK's. Times are
milliseconds for one image on one thread, the least of many runs, in which the float and the int8 file take turns.
Notebook 15 carries the same numbers; test/course/lesson15.test.ts compares them.
"""

import hashlib
import importlib.metadata
import json
import pathlib
import platform
import sys
import time

import numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType

kernels = {
    "xnnpack": OpResolverType.AUTO,
    "tflite-reference": OpResolverType.BUILTIN_REF,
    "tflite-optimized": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
}
outputs = ["edges", "nearest"]


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def codes_in(content, resolver, images):
    """The codes of each output for all images: the file returns their values."""
    interpreter = Interpreter(model_content=content, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    (image,) = interpreter.get_input_details()
    tensors = {detail["name"]: detail for detail in interpreter.get_tensor_details()}
    codes = {name: [] for name in outputs}
    for x in images:
        interpreter.set_tensor(image["index"], x[None])
        interpreter.invoke()
        for detail in interpreter.get_output_details():
            name = detail["name"].split("/")[0]
            scale, zero = tensors[name]["quantization"]
            values = interpreter.get_tensor(detail["index"]).ravel()
            codes[name].append(numpy.round(values / numpy.float32(scale)).astype(int) + zero)
    return {name: numpy.concatenate(rows).astype(numpy.int8) for name, rows in codes.items()}


def least_times(paths, rounds):
    """The least time of each file, in milliseconds; the files take turns."""
    interpreters = [Interpreter(model_path=str(path), num_threads=1) for path in paths]
    for interpreter in interpreters:
        interpreter.allocate_tensors()
        interpreter.invoke()
    least = [numpy.inf] * len(interpreters)
    for _ in range(rounds):
        for i, interpreter in enumerate(interpreters):
            start = time.perf_counter()
            interpreter.invoke()
            least[i] = min(least[i], 1000 * (time.perf_counter() - start))
    return [float(f"{ms:.3g}") for ms in least]


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    content = (folder / "untrained_int8.tflite").read_bytes()
    images = numpy.fromfile(folder / "images.bin", numpy.float32).reshape(-1, 8, 8, 1)
    codes = {kernel: codes_in(content, resolver, images) for kernel, resolver in kernels.items()}
    recorded = {"litert": importlib.metadata.version("ai-edge-litert"), "file": digest(content)}
    for kernel, of in codes.items():
        other = [int((of[name] != codes["xnnpack"][name]).sum()) for name in outputs]
        prints = {name: digest(of[name].tobytes()) for name in outputs}
        recorded[kernel] = {**prints, "other": other}
    latency = {}
    for network, rounds in {"untrained": 20000, "wide": 2000}.items():
        paths = [folder / f"{network}_{kind}.tflite" for kind in ("float", "int8")]
        latency[network] = dict(zip(["float", "int8"], least_times(paths, rounds)))
    golden = {
        "madeBy": "test/peers/lesson_15.py",
        "versions": {
            "ai-edge-litert": importlib.metadata.version("ai-edge-litert"),
            "numpy": numpy.__version__,
            "machine": platform.machine(),
            "processor": processor(),
        },
        "recorded": recorded,
        "latency": latency,
    }
    path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "lesson_15.json"
    path.write_text(json.dumps(golden) + "\n")
    print(golden, path.stat().st_size, "bytes")
