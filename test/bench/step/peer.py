"""The protocol of the bench's peers, a line of JSON each way.

A peer says {"build": …} when it is ready, or {"skipped": why}. A request {"name", "steps"} has it take
training steps of a case, from where the last ones ended; the answer is {"ms", "loss"}: the time of
all steps, with the last one's loss read at the end.
"""

import base64
import itertools
import json
import sys
import time


def say(answer):
    print(json.dumps(answer), flush=True)


try:
    import numpy
except ImportError as error:
    say({"skipped": str(error)})
    sys.exit()


def array(written):
    flat = numpy.frombuffer(base64.b64decode(written["data"]), written["dtype"])
    return flat.reshape(written["shape"]).copy()


def read(path):
    """The learning rate, and the cases with their arrays as export.mjs wrote them."""
    with open(path) as file:
        written = json.load(file)
    for case in written["cases"].values():
        case["xs"], case["ys"] = array(case["xs"]), array(case["ys"])
        for parts in case["layers"].values():
            for name, part in parts.items():
                if "data" in part:
                    parts[name] = array(part)
    return written["learningRate"], written["cases"]


def batches(case):
    """[(xs, ys), …]"""
    count = len(case["ys"]) // case["batch"]
    return list(zip(numpy.split(case["xs"], count), numpy.split(case["ys"], count), strict=True))


def serve(build, cases, trainer):
    """Answers requests. `trainer(case)` makes a step, (xs, ys) to the loss, and the list of its batches."""
    say({"build": build})
    trainers = {}
    for line in sys.stdin:
        request = json.loads(line)
        name = request["name"]
        if name not in trainers:
            step, data = trainer(cases[name])
            trainers[name] = step, itertools.cycle(data)
        step, data = trainers[name]
        start = time.perf_counter()
        for xs, ys in itertools.islice(data, request["steps"]):
            loss = step(xs, ys)
        loss = float(loss)
        say({"ms": 1000 * (time.perf_counter() - start), "loss": loss})
