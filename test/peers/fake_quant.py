"""Writes test/golden/fake_quant.json: what TensorFlow's FakeQuant ops and their gradients give.

    pip install tensorflow-cpu==2.21.0
    python test/peers/fake_quant.py

Inputs come from the generator of test/fixtures/generator.ts; long outputs are kept as SHA-256 of their
float32 bytes, sums as numbers, since their order depends on the number of threads.
"""

import hashlib
import json
import pathlib

import numpy
import tensorflow as tf

ROWS, CHANNELS = 300, 6


def generator(seed):
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) / 2**24


def draw(random, count, low, high):
    return numpy.array([low + next(random) * (high - low) for _ in range(count)], numpy.float32)


def digest(tensor):
    # -0 and 0 are one value.
    return hashlib.sha256((numpy.asarray(tensor, numpy.float32) + 0.0).tobytes()).hexdigest()


def case(bits, narrow_range, per, seed):
    random = generator(seed)
    x = draw(random, ROWS * CHANNELS, -4, 4).reshape(ROWS, CHANNELS)
    dy = draw(random, ROWS * CHANNELS, -1, 1).reshape(ROWS, CHANNELS)
    count = CHANNELS if per == "channel" else 1
    low, high = draw(random, count, -3, 0), draw(random, count, 0, 3)
    attributes = {"num_bits": bits, "narrow_range": narrow_range}
    if per == "channel":
        forward = tf.quantization.fake_quant_with_min_max_vars_per_channel(x, low, high, **attributes)
        gradient = tf.quantization.fake_quant_with_min_max_vars_per_channel_gradient(
            dy, x, low, high, **attributes
        )
    else:
        forward = tf.quantization.fake_quant_with_min_max_vars(x, low[0], high[0], **attributes)
        gradient = tf.quantization.fake_quant_with_min_max_vars_gradient(
            dy, x, low[0], high[0], **attributes
        )
    return {
        "bits": bits,
        "narrowRange": narrow_range,
        "per": per,
        "seed": seed,
        "first": [float(value) for value in numpy.asarray(forward).ravel()[:3]],
        "forward": digest(forward),
        "gradient": digest(gradient[0]),
        "minGradient": numpy.asarray(gradient[1]).ravel().tolist(),
        "maxGradient": numpy.asarray(gradient[2]).ravel().tolist(),
    }


cases = [
    case(bits, narrow_range, per, 100 * bits + 10 * narrow_range + (per == "channel"))
    for bits in [2, 3, 4, 5, 6, 7, 8, 12, 16]
    for narrow_range in [False, True]
    for per in ["tensor", "channel"]
]
golden = {
    "madeBy": "test/peers/fake_quant.py",
    "versions": {"tensorflow": tf.__version__, "numpy": numpy.__version__},
    "rows": ROWS,
    "channels": CHANNELS,
    "cases": cases,
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "fake_quant.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(len(cases), "cases,", path.stat().st_size, "bytes")
