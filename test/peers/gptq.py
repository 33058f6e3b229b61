"""Writes test/golden/gptq.json: the codes that GPTQ's authors' program gives.

    pip install torch==2.13.0 numpy
    git clone https://github.com/IST-DASLab/gptq
    python test/peers/gptq.py gptq

Their `gptq.py` and `quant.py` run as they are (commit 9f2abd3); `transformers`, which only serves other
layers, and CUDA's clock have stand-ins. Inputs and weights come from the generator of test/fixtures/generator.ts.
Codes are written output by output, a hexadecimal digit each.
"""

import json
import pathlib
import sys
import types

import numpy
import torch

transformers = types.ModuleType("transformers")
transformers.Conv1D = type("Conv1D", (), {})
sys.modules["transformers"] = transformers
torch.cuda.synchronize = lambda: None
sys.path.insert(0, sys.argv[1])

import gptq  # noqa: E402
import quant  # noqa: E402


def generator(seed):
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) / 2**24


def draw(random, *shape):
    """Between -1 and 1, with a hill in the middle."""
    count = int(numpy.prod(shape))
    values = [next(random) + next(random) - 1 for _ in range(count)]
    return torch.tensor(numpy.array(values, numpy.float32).reshape(shape))


def inputs(random, count, size):
    """Correlated: each column is half the one before."""
    x = draw(random, count, size)
    for column in range(1, size):
        x[:, column] += x[:, column - 1] / 2
    return x


def case(kind, bits, seed, channels=1, activation_order=False):
    random = generator(seed)
    if kind == "dense":
        layer = torch.nn.Linear(24, 10)
        x = inputs(random, 200, 24)
        kernel = draw(random, 24, 10)
        layer.weight.data = kernel.t().contiguous()
    else:
        layer = torch.nn.Conv2d(channels, 7, 3, stride=2)
        # Drawn with channels last.
        x = draw(random, 16, 9, 9, channels).permute(0, 3, 1, 2)
        kernel = draw(random, 3, 3, channels, 7)
        layer.weight.data = kernel.permute(3, 2, 0, 1).contiguous()
    run = gptq.GPTQ(layer)
    run.add_batch(x, None)
    run.quantizer = quant.Quantizer()
    run.quantizer.configure(bits, perchannel=True, sym=True)
    outputs = layer.weight.shape[0]
    # A scale that clips a little, so that errors of clipped weights are passed on as well.
    largest = layer.weight.data.flatten(1).abs().amax(1)
    scale = (largest / 2 ** (bits - 1) * 0.75 * 64).round() / 64
    run.quantizer.scale = scale.reshape(-1, 1)
    run.quantizer.zero = torch.full((outputs, 1), 2.0 ** (bits - 1))
    run.fasterquant(actorder=activation_order)
    codes = (layer.weight.data / scale.reshape([-1] + [1] * (layer.weight.dim() - 1))).round().int()
    order = [1, 0] if kind == "dense" else [2, 3, 1, 0]
    codes = codes.permute(order).reshape(-1, outputs).t() + 2 ** (bits - 1)
    return {
        "kind": kind,
        "bits": bits,
        "seed": seed,
        "channels": channels,
        "activationOrder": activation_order,
        "scale": scale.tolist(),
        "codes": ["".join("%x" % code for code in row) for row in codes.tolist()],
    }


cases = [
    case("dense", 2, 11),
    case("dense", 3, 12),
    case("dense", 4, 13),
    case("dense", 3, 14, activation_order=True),
    case("conv", 2, 15),
    case("conv", 4, 16),
    # In PyTorch a patch has channels first: with the inputs ordered by their size that makes no difference.
    case("conv", 3, 17, channels=5, activation_order=True),
]
golden = {
    "madeBy": "test/peers/gptq.py",
    "versions": {"gptq": "9f2abd3", "torch": torch.__version__, "numpy": numpy.__version__},
    "cases": cases,
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "gptq.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(len(cases), "cases,", path.stat().st_size, "bytes")
