"""Writes test/golden/entropy.json: whole thresholds of ONNX Runtime's and NVIDIA's entropy calibrators.

    pip install onnxruntime==1.31.1 onnx nvidia-modelopt==0.47.0 huggingface_hub torch==2.13.0 scipy numpy==2.4.6
    python test/peers/entropy.py

Afterwards test/peers/entropy_mxnet.py adds Apache MXNet's, which needs an older NumPy. Values come from
draws.py; of a "spiky" ReLU's outputs two thirds are one of five values, as on an image's background.
"""

import json
import pathlib

import modelopt
import numpy
import onnxruntime
import onnxruntime.quantization.calibrate as ort
from draws import draw
from modelopt.torch.quantization.calib.histogram import _compute_amax_entropy

COUNT = 20_000
SPIKES = [0.3, 0.45, 0.6, 0.9, 1.2]


def values(shape, seed):
    x = draw("relu" if shape == "spiky" else shape, seed, COUNT)
    if shape == "spiky":
        often = numpy.arange(COUNT) % 3 > 0
        x[often] = numpy.resize(numpy.float32(SPIKES), COUNT)[often]
    return x


def two_sided(shape, seed, bins, levels):
    """Of ONNX Runtime: the half width, in bins, of the window around the middle that it finds."""
    x = values(shape, seed)
    largest = float(numpy.abs(x).max())
    counts, _ = numpy.histogram(x, bins, range=(-largest, largest))
    edges = numpy.linspace(-1, 1, bins + 1, dtype=numpy.float32)
    # No bin is empty, and counts are large: ONNX Runtime spreads whole counts, also over empty bins.
    histogram = ((counts + 1) * 1_000_000, edges, edges[0], edges[-1])
    collector = ort.HistogramCollector("entropy", True, bins, levels, 99.9, "same")
    _, high = collector.get_entropy_threshold(histogram, levels)
    half = int(numpy.abs(edges - high).argmin()) - bins // 2 - 1
    return {"bins": bins, "levels": levels, "counts": counts.tolist(), "onnx": half}


def one_sided(shape, seed, bins, bits, unsigned):
    """Of NVIDIA: the threshold, in bins, of a histogram of sizes, and the one of every so many."""
    x = numpy.abs(values(shape, seed))
    counts, _ = numpy.histogram(x[x > 0], bins, range=(0, float(x.max())))
    counts = counts + 1  # an empty bin at the end makes its divergence infinite
    counts[0] = counts[1]  # as it does itself
    edges = numpy.arange(bins + 1)
    levels = 2 ** (bits - 1 + unsigned)

    def threshold(stride):
        return int(_compute_amax_entropy(counts.copy(), edges, bits, unsigned, stride, levels))

    return {
        "shape": shape,
        "bits": bits,
        "unsigned": unsigned,
        "counts": counts.tolist(),
        "all": threshold(1),
        "multiples": threshold(levels),
    }


golden = {
    "madeBy": "test/peers/entropy.py, test/peers/entropy_mxnet.py",
    "versions": {"onnxruntime": onnxruntime.__version__, "modelopt": modelopt.__version__},
    "twoSided": [
        two_sided("bell", 5, 511, 15),
        two_sided("heavy", 6, 511, 15),
        two_sided("shifted", 7, 1023, 63),
        two_sided("relu", 10, 1023, 127),
        two_sided("bell", 8, 1785, 255),
    ],
    "oneSided": [
        one_sided("bell", 11, 1024, 4, False),
        one_sided("heavy", 12, 1024, 5, False),
        one_sided("shifted", 13, 1024, 8, False),
        one_sided("relu", 14, 1024, 6, True),
        one_sided("spiky", 15, 1024, 8, True),
    ],
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "entropy.json"
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print([one["onnx"] for one in golden["twoSided"]], path.stat().st_size, "bytes")
print([(one["shape"], one["all"], one["multiples"]) for one in golden["oneSided"]])
