"""Runs and times .tflite files in LiteRT, for q.benchmark: a line of JSON on the input, a line on the output.

{"open": path, "threads": n} gives {"id", "shapes", "runtime"}, or {"missing": package}; {"run": id, "values": [...]}
gives the first output; {"time": id, "values": [...], "calls": n} gives the milliseconds of each call.
"""

import json
import sys
import time

package = "ai-edge-litert==2.3.0"
files = []


def encoded(values, spec):
    import numpy

    scale, zero = spec["quantization"]
    array = numpy.array(values, "float32").reshape(spec["shape"])
    if spec["dtype"] == numpy.float32:
        return array
    if scale == 0:
        return array.astype(spec["dtype"])
    limits = numpy.iinfo(spec["dtype"])
    codes = numpy.rint(array / numpy.float32(scale)) + zero
    return numpy.clip(codes, limits.min, limits.max).astype(spec["dtype"])


def decoded(codes, spec):
    scale, zero = spec["quantization"]
    return codes if scale == 0 else (codes.astype("float64") - zero) * scale


def opened(path, threads):
    try:
        from importlib.metadata import version

        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        return {"missing": package}
    interpreter = Interpreter(model_path=path, num_threads=threads)
    interpreter.allocate_tensors()
    files.append(interpreter)
    shapes = [[int(size) for size in spec["shape"]] for spec in interpreter.get_input_details()]
    runtime = f"LiteRT {version('ai-edge-litert')}"
    return {"id": len(files) - 1, "shapes": shapes, "runtime": runtime}


def ready(id, values):
    interpreter = files[id]
    spec = interpreter.get_input_details()[0]
    interpreter.set_tensor(spec["index"], encoded(values, spec))
    return interpreter


def run(id, values):
    interpreter = ready(id, values)
    interpreter.invoke()
    spec = interpreter.get_output_details()[0]
    return decoded(interpreter.get_tensor(spec["index"]), spec).ravel().tolist()


def timed(id, values, calls):
    interpreter = ready(id, values)
    times = []
    for _ in range(calls):
        begin = time.perf_counter_ns()
        interpreter.invoke()
        times.append((time.perf_counter_ns() - begin) / 1e6)
    return times


def answer(question):
    if "open" in question:
        return opened(question["open"], question["threads"])
    if "run" in question:
        return run(question["run"], question["values"])
    return timed(question["time"], question["values"], question["calls"])


for line in sys.stdin:
    try:
        result = answer(json.loads(line))
    except Exception as error:
        result = {"failed": str(error).strip().split("\n")[-1] or type(error).__name__}
    print(json.dumps(result), flush=True)
