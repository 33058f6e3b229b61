"""Writes test/golden/models.json: multi-head attention and layer normalization as PyTorch computes them,
and the sizes of Keras' MobileNetV2.

    pip install torch==2.13.0 tensorflow-cpu==2.21.0
    python test/peers/models.py
"""

import json
import pathlib

import keras
import numpy
import torch


def generator(seed):
    """As test/fixtures/generator.ts: the top 24 bits of a linear congruential generator, from 0 to below 1."""
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) / 2**24


def tensors(seed, shapes):
    """Values from -1 to below 1, one tensor after the other."""
    values = generator(seed)
    make = lambda shape: [2 * next(values) - 1 for _ in range(int(numpy.prod(shape)))]
    return [torch.tensor(make(shape)).reshape(shape) for shape in shapes]


def numbers(tensor):
    return [float(value) for value in tensor.detach().ravel()]


def attention(seed, batch, steps, features, heads):
    square, row = (features, features), (features,)
    shapes = [(batch, steps, features)] * 2 + [square, row] * 4
    x, weight, *parameters = tensors(seed, shapes)
    kernels, biases = parameters[0::2], parameters[1::2]
    layer = torch.nn.MultiheadAttention(features, heads, batch_first=True)
    with torch.no_grad():
        # tfjs's kernels are [in, out], PyTorch's are [out, in].
        layer.in_proj_weight.copy_(torch.cat([kernel.T for kernel in kernels[:3]]))
        layer.in_proj_bias.copy_(torch.cat(biases[:3]))
        layer.out_proj.weight.copy_(kernels[3].T)
        layer.out_proj.bias.copy_(biases[3])
    x.requires_grad_()
    value = layer(x, x, x, need_weights=False)[0]
    (value * weight).sum().backward()
    return {
        "seed": seed,
        "shape": [batch, steps, features],
        "heads": heads,
        "value": numbers(value),
        "gradient": numbers(x.grad),
    }


def normalization(seed, shape, epsilon):
    x, weight, gamma, beta = tensors(seed, [shape, shape, shape[-1:], shape[-1:]])
    x.requires_grad_()
    value = torch.nn.functional.layer_norm(x, shape[-1:], gamma, beta, epsilon)
    (value * weight).sum().backward()
    return {
        "seed": seed,
        "shape": list(shape),
        "epsilon": epsilon,
        "value": numbers(value),
        "gradient": numbers(x.grad),
    }


def mobilenet(width, size, classes):
    model = keras.applications.MobileNetV2(
        input_shape=(size, size, 3), alpha=width, weights=None, classes=classes
    )
    return {
        "width": width,
        "size": size,
        "classes": classes,
        "parameters": model.count_params(),
        "features": list(model.get_layer("out_relu").output.shape[1:]),
    }


golden = {
    "madeBy": "test/peers/models.py",
    "versions": {"torch": torch.__version__, "keras": keras.__version__},
    "attention": [attention(1, 2, 5, 8, 2), attention(2, 1, 7, 6, 1), attention(3, 2, 3, 6, 6)],
    "normalization": [normalization(4, (2, 3, 8), 1e-5), normalization(5, (4, 6), 1e-3)],
    "mobilenet": [mobilenet(1.0, 224, 1000), mobilenet(0.35, 128, 10), mobilenet(1.4, 160, 10)],
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "models.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(path.stat().st_size, "bytes", [case["parameters"] for case in golden["mobilenet"]])
