"""Writes test/golden/gradients.json: gradients of TensorFlow's and PyTorch's fake quantization on a million values.

    pip install tensorflow-cpu==2.21.0 torch==2.13.0
    python test/peers/gradients.py

Every other value lies between two codes. Gradients for the values are kept as SHA-256 of their float32
bytes (-0 as 0), those for scales and zero points, which are sums, as numbers. PyTorch's scales are such as survive
their way through a range: (max - min) / steps gives them back.
"""

import hashlib
import json
import pathlib

import numpy
import tensorflow as tf
import torch

COUNT, CHANNELS, SEED = 1_000_000, 8, 1
f32 = numpy.float32


def uniform(seed, count):
    """The generator of test/fixtures/generator.ts: a linear congruential one."""
    values = numpy.empty(count, numpy.float64)
    state = seed
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        values[i] = (state >> 8) / 2**24
    return values


DRAWN, GRADIENTS = uniform(SEED, COUNT), uniform(SEED + 1, COUNT)


def digest(values):
    return hashlib.sha256((f32(values) + f32(0)).tobytes()).hexdigest()


def inputs(lows, highs, steps, columns):
    """Values of a range's codes, halves and beyond; gradients from -1 to 1."""
    column = numpy.arange(COUNT) % columns
    low, high = f32(lows).astype(numpy.float64)[column], f32(highs).astype(numpy.float64)[column]
    step = (high - low) / steps
    half = low - step + numpy.floor(DRAWN * (steps + 3)) * step - step / 2
    anywhere = low + (DRAWN * 1.4 - 0.2) * (high - low)
    row = numpy.arange(COUNT) // columns
    x = f32(numpy.where(row % 2 == 0, half, anywhere)).reshape(-1, columns)
    return x, f32(GRADIENTS * 2 - 1).reshape(-1, columns)


def tensorflow_case(bits, narrow_range, per):
    columns = CHANNELS if per == "channel" else 1
    column = numpy.arange(columns)
    lows = f32(-(column + 1) * (0.3 + 0.1 * bits))
    highs = f32((column + 1) * (0.7 + 0.01 * bits))
    x, dy = inputs(lows, highs, 2**bits - 1, columns)
    attributes = {"num_bits": bits, "narrow_range": narrow_range}
    if per == "channel":
        op = tf.quantization.fake_quant_with_min_max_vars_per_channel_gradient
        dx, *_ = op(dy, x, lows, highs, **attributes)
    else:
        op = tf.quantization.fake_quant_with_min_max_vars_gradient
        dx, *_ = op(dy, x, lows[0], highs[0], **attributes)
    return {"bits": bits, "narrowRange": narrow_range, "per": per, "dx": digest(dx.numpy())}


def surviving(scale, smallest, largest, zero):
    while True:
        low, high = f32((smallest - zero) * f32(scale)), f32((largest - zero) * f32(scale))
        found = f32(f32(high - low) / f32(largest - smallest))
        if found == scale:
            return scale
        scale = found


def pytorch_case(kind, bits, per, zero):
    columns = CHANNELS if per == "channel" else 1
    smallest = -(2 ** (bits - 1)) if kind == "int" else 0
    largest = smallest + 2**bits - 1
    # Trained zero points aren't whole.
    zeros = f32(zero + 0.3 * numpy.arange(columns)) if zero else numpy.zeros(columns, f32)
    whole = numpy.round(zeros)
    scales = f32(
        [surviving(f32(0.07 * (c + 1)), smallest, largest, whole[c]) for c in range(columns)]
    )
    x, dy = inputs((smallest - whole) * scales, (largest - whole) * scales, largest - smallest, columns)
    given = torch.tensor(x, requires_grad=True)
    scale = torch.tensor(scales, requires_grad=True)
    point = torch.tensor(zeros, requires_grad=True)
    if per == "channel":
        fixed = torch.fake_quantize_per_channel_affine(
            given, scale.detach(), torch.tensor(whole, dtype=torch.int32), 1, smallest, largest
        )
        learned = torch._fake_quantize_learnable_per_channel_affine(
            given, scale, point, 1, smallest, largest, 1.0
        )
    else:
        fixed = torch.fake_quantize_per_tensor_affine(
            given, float(scales[0]), int(whole[0]), smallest, largest
        )
        learned = torch._fake_quantize_learnable_per_tensor_affine(
            given, scale, point, smallest, largest, 1.0
        )
    upstream = torch.tensor(dy)
    (fixed_dx,) = torch.autograd.grad(fixed, given, upstream)
    dx, dscale, dzero = torch.autograd.grad(learned, (given, scale, point), upstream)
    return {
        "kind": kind,
        "bits": bits,
        "per": per,
        "scale": [float(s) for s in scales],
        "zeroPoint": [float(z) for z in zeros],
        "fixed": {"values": digest(fixed.detach().numpy()), "dx": digest(fixed_dx.numpy())},
        "learned": {
            "values": digest(learned.detach().numpy()),
            "dx": digest(dx.numpy()),
            "scale": [float(g) for g in dscale],
            "zeroPoint": [float(g) for g in dzero],
        },
    }


golden = {
    "madeBy": "test/peers/gradients.py",
    "versions": {
        "tensorflow": tf.__version__,
        "torch": torch.__version__,
        "numpy": numpy.__version__,
    },
    "count": COUNT,
    "channels": CHANNELS,
    "seed": SEED,
    "tensorflow": [
        tensorflow_case(bits, narrow_range, per)
        for bits in [2, 3, 4, 8, 16]
        for narrow_range in [False, True]
        for per in ["tensor", "channel"]
    ],
    "pytorch": [
        pytorch_case(*case)
        for case in [
            ("int", 2, "tensor", 0),
            ("int", 4, "channel", 0),
            ("int", 8, "channel", 0),
            ("uint", 3, "tensor", 2.4),
            ("uint", 8, "tensor", 100.4),
            ("uint", 4, "channel", 5.4),
            ("uint", 8, "channel", 100.4),
        ]
    ],
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "gradients.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(len(golden["tensorflow"]), len(golden["pytorch"]), "cases,", path.stat().st_size, "bytes")
