"""Writes test/golden/random_draws.json: what TensorFlow's stateless random ops draw.

    pip install tensorflow-cpu==2.21.0
    python test/peers/random_draws.py

Uniform numbers are kept as SHA-256 of their float32 bytes: they are bits of integers. Normal ones
go through logarithm and cosine, so numbers from all over the draw are kept as they are.
"""

import hashlib
import json
import pathlib

import numpy
import tensorflow as tf

CASES = [
    ([7], 0, 0),
    ([7], 0, 1),
    ([1000], 1, 0),
    ([300, 6], -1, 12345),
    ([3, 5, 7, 11], 2**31 - 1, -(2**31)),
    ([257, 1023], -987654321, 100000),
]
KEPT = 12


def case(shape, key, step):
    seed = tf.constant([key, step], tf.int32)
    uniform = tf.raw_ops.StatelessRandomUniform(shape=shape, seed=seed, dtype=tf.float32).numpy()
    normal = tf.raw_ops.StatelessRandomNormal(shape=shape, seed=seed, dtype=tf.float32).numpy()
    at = numpy.linspace(0, normal.size - 1, KEPT).astype(int).tolist()
    return {
        "shape": shape,
        "key": key,
        "step": step,
        "uniform": hashlib.sha256(uniform.tobytes()).hexdigest(),
        "normal": {"at": at, "values": [float(normal.ravel()[i]) for i in at]},
        # Whether it is the same to the last bit depends on the machine's arithmetic.
        "normalBits": hashlib.sha256(normal.tobytes()).hexdigest(),
    }


golden = {
    "madeBy": "test/peers/random_draws.py",
    "versions": {"tensorflow": tf.__version__, "numpy": numpy.__version__},
    "cases": [case(*given) for given in CASES],
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "random_draws.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(len(golden["cases"]), "cases,", path.stat().st_size, "bytes")
