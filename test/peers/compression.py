"""Writes test/golden/compression.json: pruning by the TensorFlow Model Optimization Toolkit, training of pruned
and of clustered layers and the loss of distillation by PyTorch.

    pip install tensorflow-model-optimization==0.8.1 tf-keras==2.21.0 tensorflow==2.21.0 torch==2.13.0
    TF_USE_LEGACY_KERAS=1 python test/peers/compression.py

Weights, examples and targets come from the generator in test/fixtures/generator.ts, so that both sides make the same.
"""

import hashlib
import json
import math
import pathlib

import numpy
import tensorflow as tf
import tensorflow_model_optimization as tfmot
import torch
import torch.nn.functional as F
from tensorflow_model_optimization.python.core.sparsity.keras import pruning_impl
from torch.nn.utils import prune


def generator(seed):
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) / 2**24


def numbers(seed, shape):
    random = generator(seed)
    values = [2 * next(random) - 1 for _ in range(math.prod(shape))]
    return numpy.array(values, numpy.float32).reshape(shape)


def digest(mask):
    return hashlib.sha256(numpy.asarray(mask).astype(numpy.uint8).tobytes()).hexdigest()


def described(seed, shape, mask):
    return {"seed": seed, "shape": shape, "kept": int(numpy.sum(mask)), "mask": digest(mask)}


def magnitude(seed, shape, sparsity):
    schedule = tfmot.sparsity.keras.ConstantSparsity(sparsity, 0)
    pruning = pruning_impl.Pruning(lambda: 0, [], schedule, (1, 1), "AVG")
    _, mask = pruning._update_mask(tf.constant(numbers(seed, shape)))
    return {"sparsity": sparsity, **described(seed, shape, mask.numpy())}


def pattern(seed, shape, zeros, of):
    pruning = pruning_impl.Pruning(
        lambda: 0, [], tfmot.sparsity.keras.ConstantSparsity(0.5, 0), (1, 1), "AVG", (zeros, of)
    )
    mask = pruning._update_mask_sparsity_m_by_n(tf.constant(numbers(seed, shape)), (zeros, of))
    return {"pattern": f"{of - zeros}:{of}", **described(seed, shape, mask.numpy())}


def overall(seeds, shape, sparsity):
    layers = [torch.nn.Linear(1, 1) for _ in seeds]
    for layer, seed in zip(layers, seeds):
        layer.weight = torch.nn.Parameter(torch.tensor(numbers(seed, shape)))
    pairs = [(layer, "weight") for layer in layers]
    prune.global_unstructured(pairs, pruning_method=prune.L1Unstructured, amount=sparsity)
    masks = [layer.weight_mask.numpy() for layer in layers]
    return {"sparsity": sparsity, "layers": [described(*p) for p in zip(seeds, [shape] * len(seeds), masks)]}


def schedule(initial, final, begin, end):
    decay = tfmot.sparsity.keras.PolynomialDecay(initial, final, begin, end)
    steps = [begin + (end - begin) * i // 7 for i in range(8)]
    values = [float(decay(step)[1]) for step in steps]
    return {"initial": initial, "sparsity": final, "begin": begin, "end": end, "steps": steps, "values": values}


# A network of two layers, 6 to 5 to 3, on 8 examples; its gradients are those of the whole set.
EXAMPLES, SIZES, STEPS = 8, (6, 5, 3), 40


def network(kernels, biases):
    x = torch.tensor(numbers(1, [EXAMPLES, SIZES[0]]), dtype=torch.float64)
    labels = torch.arange(EXAMPLES) % SIZES[2]
    hidden = F.relu(x @ kernels[0] + biases[0])
    return F.cross_entropy(hidden @ kernels[1] + biases[1], labels)


def kernels():
    shapes = [SIZES[0:2], SIZES[1:3]]
    return [torch.tensor(numbers(10 + i, list(s)), dtype=torch.float64) for i, s in enumerate(shapes)]


def optimizer(name, parameters):
    if name == "adam":
        return torch.optim.Adam(parameters, lr=0.02, betas=(0.9, 0.999), eps=1e-7)
    return torch.optim.SGD(parameters, lr=0.02, momentum=0.9)


def trained(name, parameters, effective):
    biases = [torch.zeros(size, dtype=torch.float64, requires_grad=True) for size in SIZES[1:]]
    steps = optimizer(name, [*parameters, *biases])
    losses = []
    for _ in range(STEPS):
        steps.zero_grad()
        loss = network(effective(), biases)
        losses.append(float(loss))
        loss.backward()
        steps.step()
    values = [kernel.detach().flatten().tolist() for kernel in effective()]
    return {"optimizer": name, "losses": losses[:: STEPS // 4], "kernels": values}


def pruned(name):
    latent = [kernel.clone().requires_grad_() for kernel in kernels()]
    masks = [torch.tensor(magnitude_mask(kernel.detach().numpy())) for kernel in latent]
    return trained(name, latent, lambda: [k * m for k, m in zip(latent, masks)])


def magnitude_mask(values, sparsity=0.5):
    order = numpy.argsort(numpy.abs(values), axis=None, kind="stable")
    mask = numpy.ones(values.size)
    mask[order[: round(sparsity * values.size)]] = 0
    return mask.reshape(values.shape)


def clustered(name):
    """Each kernel's weights by size in 4 clusters of neighbours, which begin at their members' first one."""
    members, centroids = [], []
    for kernel in kernels():
        order = numpy.argsort(kernel.numpy(), axis=None, kind="stable")
        index = numpy.empty(kernel.numel(), numpy.int64)
        index[order] = numpy.arange(kernel.numel()) * 4 // kernel.numel()
        firsts = [kernel.flatten()[int(numpy.flatnonzero(index == c)[0])] for c in range(4)]
        members.append(torch.tensor(index.reshape(kernel.shape)))
        centroids.append(torch.stack(firsts).requires_grad_())
    return trained(name, centroids, lambda: [c[i] for c, i in zip(centroids, members)])


def distilled(temperature, alpha):
    student = torch.tensor(numbers(3, [7, 5]), dtype=torch.float64).mul(4).requires_grad_()
    teacher = torch.tensor(numbers(4, [7, 5]), dtype=torch.float64).mul(4)
    labels = torch.arange(7) % 5
    soft = F.kl_div(
        F.log_softmax(student / temperature, -1), F.softmax(teacher / temperature, -1), reduction="batchmean"
    )
    loss = (1 - alpha) * F.cross_entropy(student, labels) + alpha * temperature**2 * soft
    loss.backward()
    return {
        "temperature": temperature,
        "alpha": alpha,
        "loss": float(loss),
        "gradient": student.grad.flatten().tolist(),
    }


golden = {
    "madeBy": "test/peers/compression.py",
    "versions": {
        "tensorflow_model_optimization": tfmot.__version__,
        "tensorflow": tf.__version__,
        "torch": torch.__version__,
    },
    "magnitude": [
        magnitude(5, [3, 3, 4, 8], 0.5),
        magnitude(6, [17, 13], 0.8),
        magnitude(7, [5, 9], 0.1),
    ],
    "patterns": [
        pattern(8, [16, 6], 2, 4),
        pattern(9, [3, 3, 8, 5], 2, 4),
        pattern(10, [12, 3], 1, 4),
        pattern(11, [1, 1, 16, 7], 4, 8),
    ],
    "overall": overall([12, 13, 14], [9, 11], 0.6),
    "schedules": [schedule(0.2, 0.8, 10, 108), schedule(0.0, 0.5, 0, 70)],
    "pruned": [pruned("adam"), pruned("momentum")],
    "clustered": [clustered("adam"), clustered("momentum")],
    "distillation": [distilled(4.0, 0.9), distilled(1.0, 0.5), distilled(2.5, 1.0)],
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "compression.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(path.stat().st_size, "bytes")
