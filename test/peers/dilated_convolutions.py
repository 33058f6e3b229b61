"""Writes test/golden/dilated_convolutions.json: outputs and gradients of PyTorch's dilated and causal convolutions.

    pip install torch==2.13.0
    python test/peers/dilated_convolutions.py

Values are drawn by the generator of test/generator.ts. Shapes are those of TensorFlow, with the channels last.
"""

import json
import pathlib

import torch
from torch.nn import functional

CASES = [
    {"layer": "conv1d", "input": [2, 9, 2], "filters": 3, "kernel": [3], "dilation": [2], "padding": "same"},
    {"layer": "conv1d", "input": [2, 9, 2], "filters": 3, "kernel": [2], "dilation": [4], "padding": "valid"},
    {"layer": "conv1d", "input": [2, 9, 2], "filters": 3, "kernel": [3], "dilation": [1], "padding": "causal"},
    {"layer": "conv1d", "input": [2, 9, 2], "filters": 3, "kernel": [3], "dilation": [3], "padding": "causal"},
    {"layer": "conv2d", "input": [2, 7, 6, 2], "filters": 3, "kernel": [3, 2], "dilation": [2, 3], "padding": "same"},
    {"layer": "conv2d", "input": [2, 7, 6, 2], "filters": 3, "kernel": [3, 3], "dilation": [2, 2], "padding": "valid"},
    {"layer": "depthwiseConv2d", "input": [2, 7, 6, 2], "filters": 2, "kernel": [3, 3], "dilation": [2, 2], "padding": "same"},
    {"layer": "depthwiseConv2d", "input": [2, 7, 7, 2], "filters": 1, "kernel": [2, 2], "dilation": [3, 3], "padding": "valid"},
    {"layer": "conv3d", "input": [1, 5, 4, 5, 2], "filters": 2, "kernel": [2, 2, 2], "dilation": [2, 2, 2], "padding": "same"},
    {"layer": "conv3d", "input": [1, 5, 4, 5, 2], "filters": 2, "kernel": [2, 2, 2], "dilation": [2, 2, 2], "padding": "valid"},
]


def uniform(seed, shape):
    """The generator of test/generator.ts: a linear congruential one; from -1 to 1."""
    values, state = [], seed
    for _ in range(torch.Size(shape).numel()):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append((state >> 8) / 2**24 * 2 - 1)
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


def pads(kernel, dilation, padding):
    """In the order of functional.pad: the last axis first."""
    zeros = [(k - 1) * d for k, d in zip(kernel, dilation)]
    ends = {"valid": lambda n: [0, 0], "same": lambda n: [n // 2, n - n // 2], "causal": lambda n: [n, 0]}
    return [end for n in reversed(zeros) for end in ends[padding](n)]


def run(case, seed):
    rank, depthwise = len(case["kernel"]), case["layer"] == "depthwiseConv2d"
    channels = case["input"][-1]
    shape = [*case["kernel"], channels, case["filters"]]
    x, w = uniform(seed, case["input"]).requires_grad_(), uniform(seed + 1, shape).requires_grad_()
    space = list(range(rank))
    inputs = functional.pad(x.movedim(-1, 1), pads(case["kernel"], case["dilation"], case["padding"]))
    if depthwise:
        # Outputs of a channel stand side by side.
        kernel = w.permute(rank, rank + 1, *space).reshape(channels * case["filters"], 1, *case["kernel"])
    else:
        kernel = w.permute(rank + 1, rank, *space)
    convolve = [functional.conv1d, functional.conv2d, functional.conv3d][rank - 1]
    y = convolve(inputs, kernel, dilation=case["dilation"], groups=channels if depthwise else 1).movedim(1, -1)
    y.backward(uniform(seed + 2, list(y.shape)))
    flat = lambda tensor: [float(f"{value:.6g}") for value in tensor.detach().flatten().tolist()]
    return {**case, "seed": seed, "outputShape": list(y.shape), "output": flat(y), "inputGradient": flat(x.grad), "kernelGradient": flat(w.grad)}


golden = {"versions": {"torch": torch.__version__}, "cases": [run(case, 10 * i + 1) for i, case in enumerate(CASES)]}
path = pathlib.Path(__file__).parent.parent / "golden" / "dilated_convolutions.json"
path.write_text(json.dumps(golden) + "\n")
print(f"{len(golden['cases'])} cases, torch {torch.__version__}")
