"""Writes test/golden/attacks.json: FGSM and PGD of a small network in PyTorch, on the weights and examples in the file.

    pip install torch==2.13.0 numpy==2.4.6
    python test/peers/attacks.py
"""

import json
import pathlib

import numpy
import torch
from torch.nn.functional import batch_norm, conv2d, cross_entropy

random = numpy.random.default_rng(18)
n, classes = 12, 4
# Values with few digits keep the file small; they are exact in float32.
rounded = lambda values, digits=3: numpy.round(values, digits).astype(numpy.float32)
kernel = rounded(random.normal(0, 0.7, (3, 3, 1, 4)))
bias = rounded(random.normal(0, 0.2, 4))
dense = rounded(random.normal(0, 0.5, (4 * 4 * 4, classes)))
xs = rounded(random.uniform(0, 1, (n, 6, 6, 1)))
# gamma, beta, mean and variance of each filter
normalization = rounded(random.uniform([[0.5], [-0.3], [-0.5], [0.3]], [[1.5], [0.3], [0.5], [2]], (4, 4)))


def forward(x):
    """The layers as TensorFlow lays them out: channels last."""
    weights = torch.tensor(kernel).permute(3, 2, 0, 1)
    y = conv2d(x.permute(0, 3, 1, 2), weights, torch.tensor(bias))
    gamma, beta, mean, variance = torch.tensor(normalization)
    y = torch.tanh(batch_norm(y, mean, variance, gamma, beta, eps=1e-3))
    return y.permute(0, 2, 3, 1).reshape(len(x), -1) @ torch.tensor(dense)


def norms(values):
    return values.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)


def attack(x0, aims, epsilon, length, steps, norm, targeted):
    x = x0.clone()
    for _ in range(steps):
        x.requires_grad_(True)
        loss = cross_entropy(forward(x), aims, reduction="sum") * (-1 if targeted else 1)
        (g,) = torch.autograd.grad(loss, x)
        direction = g.sign() if norm == "linf" else g / norms(g).clamp_min(1e-12)
        change = x.detach() + length * direction - x0
        if norm == "linf":
            change = change.clamp(-epsilon, epsilon)
        else:
            change = change * (epsilon / norms(change).clamp_min(1e-12)).clamp_max(1)
        x = (x0 + change).clamp(0, 1)
    return x


x0 = torch.tensor(xs)
labels = forward(x0).argmax(1)
labels[:3] = (labels[:3] + 1) % classes  # three examples that the network gets wrong
cases = []
for name, epsilon, steps, length, norm, target in [
    ("fgsm", 0.15, 1, 0.15, "linf", None),
    ("fgsm", 0.5, 1, 0.5, "l2", None),
    ("pgd", 0.1, 10, 0.025, "linf", None),
    ("pgd", 0.5, 7, 0.2, "l2", None),
    ("pgd", 0.1, 12, 0.02, "linf", 2),
]:
    aims = labels if target is None else torch.full_like(labels, target)
    x = attack(x0, aims, epsilon, length, steps, norm, target is not None)
    named = forward(x).argmax(1)
    before = forward(x0).argmax(1)
    reached = (named != labels) | (before != labels) if target is None else (named == target) | (before == target)
    cases.append(
        {
            "name": name,
            "epsilon": epsilon,
            "steps": steps,
            "stepSize": length,
            "norm": norm,
            "target": target,
            "fooled": int(reached.sum()),
            "examples": numpy.round(x.double().numpy(), 7).flatten().tolist(),
        }
    )

path = pathlib.Path(__file__).parents[1] / "golden" / "attacks.json"
path.write_text(
    json.dumps(
        {
            "versions": {"torch": torch.__version__},
            "xs": [round(float(v), 3) for v in xs.flatten()],
            "labels": labels.tolist(),
            "kernel": [round(float(v), 3) for v in kernel.flatten()],
            "bias": [round(float(v), 3) for v in bias],
            "normalization": [[round(float(v), 3) for v in row] for row in normalization],
            "dense": [round(float(v), 3) for v in dense.flatten()],
            "cases": cases,
        }
    )
    + "\n"
)
print([case["fooled"] for case in cases])
