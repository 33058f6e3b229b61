"""Writes test/golden/hessian.json: Hessian-vector products of a small convolutional net, by PyTorch.

    pip install torch==2.13.0 numpy
    python test/peers/hessian.py

The weights, the images and the vectors come from the generator in test/fixtures/generator.ts, so that both sides
make the same; PyTorch computes in float64, by torch.autograd.functional.hvp.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F


def generator(seed):
    state = seed & 0xFFFFFFFF

    def draw():
        nonlocal state
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        return (state >> 8) / 2**24

    return draw


def numbers(seed, shape, scale=1.0):
    draw = generator(seed)
    values = [scale * (2 * draw() - 1) for _ in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


# Kernels in the layout of TensorFlow: height, width, inputs, outputs.
SHAPES = {
    "conv": [3, 3, 1, 3],
    "depthwise": [3, 3, 3, 2],
    "strided": [2, 2, 6, 4],
    "logits": [16, 4],
}
EXAMPLES, CLASSES = 6, 4


def signs(seed, shape):
    return torch.where(numbers(seed, shape) >= 0, 1.0, -1.0).double()


def loss(conv, depthwise, strided, logits):
    x = numbers(1, [EXAMPLES, 16, 16, 1]).permute(0, 3, 1, 2)
    labels = torch.arange(EXAMPLES) % CLASSES
    x = F.conv2d(x, conv.permute(3, 2, 0, 1), padding=1)
    x = F.max_pool2d(F.relu(x), 2)
    # TensorFlow's depthwise outputs are the multiples of a channel side by side.
    kernel = depthwise.permute(2, 3, 0, 1).reshape(6, 1, 3, 3)
    x = F.conv2d(x, kernel, padding=1, groups=3)
    x = F.avg_pool2d(F.relu(x), 2)
    x = F.relu(F.conv2d(x, strided.permute(3, 2, 0, 1), stride=2))
    x = x.permute(0, 2, 3, 1).reshape(EXAMPLES, -1)
    return F.cross_entropy(x @ logits, labels)


weights = tuple(numbers(10 + i, s, 0.7) for i, s in enumerate(SHAPES.values()))
cases = []
for seed in (100, 200):
    vector = tuple(signs(seed + i, s) for i, s in enumerate(SHAPES.values()))
    value, product = torch.autograd.functional.hvp(loss, weights, vector)
    cases.append(
        {
            "seed": seed,
            "products": {
                name: [float(v) for v in p.reshape(-1)[:: max(1, p.numel() // 9)]]
                for name, p in zip(SHAPES, product)
            },
            "quadratic": {
                name: float((p * v).sum()) for name, p, v in zip(SHAPES, product, vector)
            },
        }
    )
hessian = torch.autograd.functional.hessian(loss, weights)
traces = {
    name: float(hessian[i][i].reshape(weights[i].numel(), -1).trace())
    for i, name in enumerate(SHAPES)
}
golden = {
    "madeBy": "test/peers/hessian.py",
    "versions": {"torch": torch.__version__},
    "shapes": SHAPES,
    "loss": float(value),
    "cases": cases,
    "traces": traces,
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "hessian.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(path.stat().st_size, "bytes", golden["loss"], traces)
