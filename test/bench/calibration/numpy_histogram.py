"""A peer of the calibration bench, by the protocol of step/peer.py: NumPy's histogram, so many times."""

import json
import pathlib
import sys
import time


def say(answer):
    print(json.dumps(answer), flush=True)


try:
    import numpy
except ImportError as error:
    say({"skipped": str(error)})
    sys.exit()

folder = pathlib.Path(sys.argv[1])
data = {name: numpy.fromfile(folder / f"{name}.f32", numpy.float32) for name in ["normal", "relu"]}

say({"build": f"numpy {numpy.__version__}"})
for line in sys.stdin:
    request = json.loads(line)
    name, way = request["name"].split(" ", 1)
    values = data[name]
    counts = 0
    start = time.perf_counter()
    for _ in range(request["steps"]):
        ends = (-8, 8) if way == "range known" else (values.min(), values.max())
        counts = counts + numpy.histogram(values, bins=2048, range=ends)[0]
    say({"ms": 1000 * (time.perf_counter() - start), "loss": int(counts.sum())})
