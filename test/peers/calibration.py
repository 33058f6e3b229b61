"""Writes test/golden/calibration.json: the ranges that ONNX Runtime's, PyTorch's and NumPy's calibrators find.

    pip install onnxruntime==1.31.1 onnx scipy torch==2.13.0 numpy==2.4.6
    python test/peers/calibration.py

Values come from draws.py: a sum of twelve draws for a bell, a quotient for heavy tails.
"""

import contextlib
import io
import json
import pathlib

import numpy
import onnxruntime
import onnxruntime.quantization.calibrate as ort
import torch
from draws import draw
from torch.ao.quantization import HistogramObserver, MovingAverageMinMaxObserver

COUNT, BATCHES = 20_000, 5
# No whole number of values: ONNX Runtime adds shares up, and may miss one that it ought to reach.
PERCENTILES = [90.003, 99.003, 99.903]


def onnx_percentile(x, percentile, symmetric):
    collector = ort.HistogramCollector("percentile", symmetric, 2048, 128, percentile, "same")
    with contextlib.redirect_stdout(io.StringIO()):
        collector.collect({"x": x})
        low, high, _, edges = collector.compute_percentile()["x"][0:2] + collector.histogram_dict["x"][0:2]
    return {"min": float(low), "max": float(high), "binWidth": float(edges[1] - edges[0])}


def onnx_divergences(counts, levels):
    """ONNX Runtime's divergence of every window around the middle, from the smallest on."""
    found = []
    original = ort.entropy
    ort.entropy = lambda p, q: found.append(float(original(p, q))) or found[-1]
    try:
        edges = numpy.linspace(-1, 1, counts.size + 1, dtype=numpy.float32)
        collector = ort.HistogramCollector("entropy", True, counts.size, levels, 99.9, "same")
        collector.get_entropy_threshold((counts, edges, edges[0], edges[-1]), levels)
    finally:
        ort.entropy = original
    return found


def entropy_case(shape, seed, bins, levels):
    x = draw(shape, seed, COUNT)
    largest = float(numpy.abs(x).max())
    histogram, _ = numpy.histogram(x, bins, range=(-largest, largest))
    # No bin is empty, and counts are large: ONNX Runtime spreads whole counts, also over empty bins.
    counts = (histogram + 1) * 1_000_000
    half = levels // 2
    windows = [
        {"half": half + i, "divergence": value}
        for i, value in enumerate(onnx_divergences(counts, levels))
        # It leaves the last level's remainder out; here every level has as many bins.
        if (2 * (half + i) + 1) % levels == 0 and half + i < bins // 2
    ]
    return {"bins": bins, "levels": levels, "counts": histogram.tolist(), "windows": windows}


def torch_error(x, bits, signed):
    """PyTorch's histogram observer, which searches the least squared error."""
    half = 2 ** (bits - 1)
    scheme = torch.per_tensor_symmetric if signed else torch.per_tensor_affine
    low, high = (-half, half - 1) if signed else (0, 2 * half - 1)
    dtype = torch.qint8 if signed else torch.quint8
    observer = HistogramObserver(dtype=dtype, qscheme=scheme, quant_min=low, quant_max=high)
    for batch in numpy.split(x, BATCHES):
        observer(torch.from_numpy(batch))
    scale, zero = observer.calculate_qparams()
    rounded = torch.fake_quantize_per_tensor_affine(
        torch.from_numpy(x), float(scale), int(zero), low, high
    ).numpy()
    error = numpy.mean((x.astype(float) - rounded) ** 2)
    return {"bits": bits, "signed": signed, "scale": float(scale), "error": float(error)}


def torch_average(x, constant):
    observer = MovingAverageMinMaxObserver(averaging_constant=constant)
    for batch in numpy.split(x, BATCHES):
        observer(torch.from_numpy(batch))
    return {"constant": constant, "min": float(observer.min_val), "max": float(observer.max_val)}


def case(shape, seed):
    x = draw(shape, seed, COUNT)
    return {
        "shape": shape,
        "seed": seed,
        "first": [float(value) for value in x[:3]],
        "mean": float(x.astype(float).mean()),
        "deviation": float(x.astype(float).std()),
        "percentiles": [
            {
                "percentile": percentile,
                "sizes": float(numpy.percentile(numpy.abs(x), percentile, method="inverted_cdf")),
                "low": float(numpy.percentile(x, (100 - percentile) / 2, method="inverted_cdf")),
                "high": float(numpy.percentile(x, (100 + percentile) / 2, method="inverted_cdf")),
                "onnxSymmetric": onnx_percentile(x, percentile, True),
                "onnx": onnx_percentile(x, percentile, False),
            }
            for percentile in PERCENTILES
        ],
        "leastSquares": [torch_error(x, bits, signed) for bits in [4, 8] for signed in [True, False]],
        "averages": [torch_average(x, constant) for constant in [0.01, 0.5]],
    }


golden = {
    "madeBy": "test/peers/calibration.py",
    "versions": {
        "onnxruntime": onnxruntime.__version__,
        "torch": torch.__version__,
        "numpy": numpy.__version__,
    },
    "count": COUNT,
    "batches": BATCHES,
    "cases": [
        case(shape, seed)
        for seed, shape in enumerate(["bell", "heavy", "relu", "shifted"], start=1)
    ],
    "entropy": [
        entropy_case("bell", 5, 512, 15),
        entropy_case("heavy", 6, 512, 15),
        entropy_case("shifted", 7, 1024, 63),
    ],
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "calibration.json"
path.write_text(json.dumps(golden) + "\n")
print(len(golden["cases"]), "cases,", path.stat().st_size, "bytes")
