"""Writes test/golden/fake_quant_million.json: TensorFlow's FakeQuant ops on a million values.

    pip install tensorflow-cpu==2.21.0
    python test/peers/fake_quant_million.py

Every other value lies between two codes, and each channel has NaN, infinities, its own ends,
huge, subnormal and signed zero values. Outputs are kept as SHA-256 of their float32 bytes.
"""

import hashlib
import json
import pathlib

import numpy
import tensorflow as tf

COUNT, CHANNELS, SEED = 1_000_000, 8, 1


def uniform(seed, count):
    """The generator of test/fixtures/generator.ts: a linear congruential one."""
    values = numpy.empty(count, numpy.float64)
    state = seed
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        values[i] = (state >> 8) / 2**24
    return values


DRAWN = uniform(SEED, COUNT)


def case(bits, narrow_range, per):
    columns = CHANNELS if per == "channel" else 1
    column = numpy.arange(COUNT) % columns
    # Ranges of different sizes, whose ends need nudging.
    lows = numpy.float32(-(column + 1) * (0.3 + 0.1 * bits)).astype(numpy.float64)
    highs = numpy.float32((column + 1) * (0.7 + 0.01 * bits)).astype(numpy.float64)
    step = (highs - lows) / (2**bits - 1)
    half = lows + numpy.floor(DRAWN * 2**bits) * step + step / 2
    anywhere = lows + (DRAWN * 1.4 - 0.2) * (highs - lows)
    row = numpy.arange(COUNT) // columns
    x = numpy.where(row % 2 == 0, half, anywhere)
    special = [
        numpy.nan, numpy.inf, -numpy.inf, 0.0, -0.0, lows, highs, 1e30, -1e30, 1e-40, -1e-45,
    ]  # fmt: skip
    for i, value in enumerate(special):
        x = numpy.where(row == i, value, x)
    x = x.astype(numpy.float32).reshape(-1, columns)
    attributes = {"num_bits": bits, "narrow_range": narrow_range}
    low, high = numpy.float32(lows[:columns]), numpy.float32(highs[:columns])
    if per == "channel":
        y = tf.quantization.fake_quant_with_min_max_vars_per_channel(x, low, high, **attributes)
    else:
        y = tf.quantization.fake_quant_with_min_max_vars(x, low[0], high[0], **attributes)
    y = y.numpy() + numpy.float32(0)
    y[numpy.isnan(y)] = 12345
    return {
        "bits": bits,
        "narrowRange": narrow_range,
        "per": per,
        "values": hashlib.sha256(y.tobytes()).hexdigest(),
    }


golden = {
    "madeBy": "test/peers/fake_quant_million.py",
    "versions": {"tensorflow": tf.__version__, "numpy": numpy.__version__},
    "count": COUNT,
    "channels": CHANNELS,
    "seed": SEED,
    "cases": [
        case(bits, narrow_range, per)
        for bits in range(2, 17)
        for narrow_range in [False, True]
        for per in ["tensor", "channel"]
    ],
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "fake_quant_million.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(len(golden["cases"]), "cases,", path.stat().st_size, "bytes")
