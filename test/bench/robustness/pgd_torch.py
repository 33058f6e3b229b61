"""A peer of the attack bench, by the protocol of step/peer.py: PGD of the digits network in PyTorch."""

import json
import os
import sys
import time


def say(answer):
    print(json.dumps(answer), flush=True)


try:
    import torch
    from torch import nn
    from torch.nn.functional import cross_entropy
except ImportError as error:
    say({"skipped": str(error)})
    sys.exit()

threads = int(os.environ["OMP_NUM_THREADS"])
torch.set_num_threads(threads)
with open(sys.argv[1]) as file:
    written = json.load(file)


def tensor(array):
    return torch.tensor(array["values"]).reshape(array["shape"])


weights = {name: [tensor(array) for array in arrays] for name, arrays in written["weights"].items()}


def convolution(name, axes, **options):
    kernel = weights[name][0].permute(axes)
    channels = kernel.shape[1] * options.get("groups", 1)
    made = nn.Conv2d(channels, len(kernel), kernel.shape[-1], bias=False, **options)
    made.weight = nn.Parameter(kernel.contiguous())
    normalization = nn.BatchNorm2d(len(kernel), eps=1e-3)
    gamma, beta, mean, variance = weights[f"{name}_bn"]
    normalization.weight, normalization.bias = nn.Parameter(gamma), nn.Parameter(beta)
    normalization.running_mean, normalization.running_var = mean, variance
    return [made, normalization, nn.ReLU()]


logits = nn.Linear(64, 10)
kernel, bias = weights["logits"]
logits.weight = nn.Parameter(kernel.reshape(2, 2, 16, 10).permute(2, 0, 1, 3).reshape(64, 10).T)
logits.bias = nn.Parameter(bias)
model = nn.Sequential(
    *convolution("conv", (3, 2, 0, 1), padding=1),
    nn.MaxPool2d(2),
    *convolution("depthwise", (2, 3, 0, 1), padding=1, groups=8),
    *convolution("pointwise", (3, 2, 0, 1)),
    nn.MaxPool2d(2),
    nn.Flatten(),
    logits,
).eval()
for parameter in model.parameters():
    parameter.requires_grad_(False)
xs = tensor(written["xs"]).permute(0, 3, 1, 2).contiguous()
ys = torch.tensor(written["ys"])
epsilon = written["epsilon"]


def fooled(x0, labels, steps):
    length = 2.5 * epsilon / steps
    with torch.no_grad():
        wrong = model(x0).argmax(1) != labels
    x = x0.clone()
    for _ in range(steps):
        x.requires_grad_(True)
        (gradient,) = torch.autograd.grad(cross_entropy(model(x), labels, reduction="sum"), x)
        with torch.no_grad():
            change = (x + length * gradient.sign() - x0).clamp(-epsilon, epsilon)
            x = (x0 + change).clamp(0, 1)
    with torch.no_grad():
        return wrong | (model(x).argmax(1) != labels)


say({"build": f"PyTorch {torch.__version__}, {threads} threads"})
for line in sys.stdin:
    request = json.loads(line)
    start = time.perf_counter()
    parts = [
        fooled(x, y, request["steps"])
        for x, y in zip(xs.split(200), ys.split(200), strict=True)
    ]
    count = int(torch.cat(parts).sum())
    say({"ms": 1000 * (time.perf_counter() - start), "loss": count})
