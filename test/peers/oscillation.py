"""Writes test/golden/oscillation.json: oscillating, frozen and dampened weights by the authors' own program.

    pip install torch==2.13.0 numpy
    git clone https://github.com/Qualcomm-AI-research/oscillations-qat
    python test/peers/oscillation.py oscillations-qat

Their `TrackOscillation` and `dampening_loss` run as they are (commit 9064d85); modules that only serve ImageNet
have stand-ins. PyTorch's fake quantization rounds, and its autograd differentiates that loss, and those of bin and
sine regularization as their papers write them. Codes and weights come from the generator of test/fixtures/generator.ts.
"""

import json
import math
import pathlib
import sys
import types

import torch

for name, members in {
    "quantization": [],
    "quantization.hijacker": ["QuantizationHijacker"],
    "quantization.quantized_folded_bn": ["BNFusedHijacker"],
    "utils.imagenet_dataloaders": ["ImageNetDataLoaders"],
}.items():
    module = types.ModuleType(name)
    for member in members:
        setattr(module, member, type(member, (), {}))
    sys.modules[name] = module
sys.path.insert(0, sys.argv[1])

from utils.oscillation_tracking_utils import TrackOscillation  # noqa: E402
from utils.qat_utils import dampening_loss  # noqa: E402


def generator(seed):
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) / 2**24


WEIGHTS, STEPS = 24, 150


def walk(seed):
    """Codes: each weight has a pace of its own; most turn back as a rule, some wander."""
    random = generator(seed)
    codes = [int(next(random) * 7) - 3 for _ in range(WEIGHTS)]
    paces = [next(random) ** 3 / 2 for _ in range(WEIGHTS)]
    directions = [1] * WEIGHTS
    rows = [list(codes)]
    for _ in range(STEPS):
        for i in range(WEIGHTS):
            moves, turns = next(random) < paces[i], next(random) < 0.8
            if not moves:
                continue
            if turns:
                directions[i] = -directions[i]
            codes[i] += directions[i]
        rows.append(list(codes))
    return torch.tensor(rows, dtype=torch.float32)


def track(seed, momentum, threshold=None):
    tracker = TrackOscillation(lambda codes: codes, momentum, 1.0 if threshold else 0)
    rows = walk(seed)
    for step, codes in enumerate(rows):
        if threshold and step > 0:  # the first row is what the weights begin with
            share = (step - 1) / STEPS
            first, last = threshold
            tracker.freeze_threshold = last + (first - last) * (1 + math.cos(math.pi * share)) / 2
        tracker(codes.clone())
    found = {
        "seed": seed,
        "momentum": momentum,
        "frequency": tracker.ema_oscillation.tolist(),
        "oscillations": tracker.total_oscillation.int().tolist(),
    }
    if threshold:
        found["threshold"] = threshold
        found["frozen"] = tracker.frozen.int().tolist()
        found["codes"] = tracker.prev_x_int.int().tolist()
    return found


SHAPE, SCALES, BITS = (6, 4), [0.25, 0.5, 0.125, 1.0], 3
LOW, HIGH = -(2 ** (BITS - 1)), 2 ** (BITS - 1) - 1


class Quantizer:
    scale = torch.tensor(SCALES)
    x_min, x_max = scale * LOW, scale * HIGH

    def codes(self, w):
        return torch.clamp(torch.round(w / self.scale), LOW, HIGH)

    def __call__(self, w, skip_tracking=True):
        zeros = torch.zeros(len(SCALES), dtype=torch.int32)
        return torch.fake_quantize_per_channel_affine(w, self.scale, zeros, 1, LOW, HIGH)


def bins(w, quantizer):
    clipped = torch.min(torch.max(w, quantizer.x_min), quantizer.x_max)
    total = 0
    codes = quantizer.codes(w.detach())
    # The scales differ: a bin's mean distance from its value, and the variance of the distances.
    distance = clipped - quantizer(w).detach()
    for code in codes.unique():
        own = distance[codes == code]
        total = total + own.mean() ** 2 + own.var(unbiased=False)
    return total


def sine(w, quantizer):
    clipped = torch.min(torch.max(w, quantizer.x_min), quantizer.x_max)
    return (torch.sin(math.pi * clipped / quantizer.scale) ** 2).sum()


def penalty(seed, loss):
    random = generator(seed)
    count = SHAPE[0] * SHAPE[1]
    w = torch.tensor([3 * (2 * next(random) - 1) for _ in range(count)]).reshape(SHAPE)
    w = (w * torch.tensor(SCALES) * 1.6).requires_grad_()
    value = loss(w, Quantizer())
    value.backward()
    return {"value": value.item(), "gradient": w.grad.flatten().tolist(), "weights": w.flatten().tolist()}


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return value


golden = {
    "versions": {"torch": torch.__version__, "oscillations-qat": "9064d85"},
    "steps": STEPS,
    "weights": WEIGHTS,
    "tracked": [track(1, 0.01), track(2, 0.05)],
    "frozen": [track(3, 0.01, [0.1, 0.02]), track(4, 0.05, [0.3, 0.1]), track(5, 0.02, [0.05, 0.05])],
    "scales": SCALES,
    "bits": BITS,
    "penalties": {
        "dampening": penalty(6, dampening_loss),
        "binRegularization": penalty(7, bins),
        "sine": penalty(8, sine),
    },
}
file = pathlib.Path(__file__).parent.parent / "golden" / "oscillation.json"
file.write_text(json.dumps(rounded(golden), separators=(",", ":")) + "\n")
