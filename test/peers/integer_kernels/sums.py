"""Cases of ops that sum products: convolutions and dense layers, random and adversarial ones."""

import numpy

from .draws import draw, packed


def activation(tensor_shape, random, kind="int8", zero_point=None):
    scale = numpy.float32(0.01 + 0.2 * random.random())
    if random.random() < 0.4:
        # Ratios of such scales make exact halves.
        scale = 2.0 ** -int(random.integers(2, 6))
    point = int(random.integers(-128, 128)) if zero_point is None else zero_point
    return {"shape": list(tensor_shape), "type": kind, "scale": [float(scale)], "zeroPoint": [point]}


def filled(tensor, random, low=-128, high=127):
    return {**tensor, "fill": {"seed": int(random.integers(2**31)), "low": low, "high": high}}


def weights(shape, axis, random, per_channel=True, exact=False):
    """Weights whose scales are powers of two if `exact`, so that sums are exact halves."""
    count = shape[axis] if per_channel else 1
    if exact:
        scales = 2.0 ** -random.integers(6, 12, count)
    else:
        scales = 0.001 + 0.02 * random.random(count)
    scales = scales.astype(numpy.float32)
    tensor = {"shape": list(shape), "type": "int8", "zeroPoint": [0], "axis": axis}
    tensor["scale"] = [float(scales[0])] if count == 1 else packed(scales, "<f4")
    return filled(tensor, random, -127), scales


def output_scale(taps, scale, scales, random):
    """A scale on which random sums fill the codes."""
    spread = scale * float(scales.mean()) * 73 * 73 * numpy.sqrt(taps)
    return float(numpy.float32(spread / 40 * (0.5 + random.random())))


def adversarial_biases(factors, low, high, random):
    """For each factor a bias whose product lies next to a half between two codes."""
    biases = []
    for factor in factors:
        best = (2.0, 0)
        for half in random.integers(low, high, 200):
            about = int(numpy.floor((half + 0.5) / factor))
            for bias in (about, about + 1):
                if abs(bias) < 2**30:
                    best = min(best, (abs(bias * factor - half - 0.5), bias))
        biases.append(best[1])
    return biases


def size_of(length, size, stride, dilation, padding):
    covered = (size - 1) * dilation + 1
    return -(-length // stride) if padding == "same" else -(-(length - covered + 1) // stride)


def finish(case, x, kernel, scales, taps, out_shape, random, adversarial, wide=False, zero=None):
    """Adds bias and output tensors."""
    exact = adversarial and random.random() < 0.5
    channels = out_shape[-1]
    scale = x["scale"][0]
    if exact:
        scale = x["scale"][0] = 2.0 ** -int(random.integers(2, 6))
    ratio = output_scale(taps, scale, scales, random)
    if exact:
        ratio = float(2.0 ** int(numpy.round(numpy.log2(ratio))))
    point = 0 if wide else int(random.integers(-128, 128))
    factors = scale * scales.astype(float) / ratio
    factors = numpy.broadcast_to(factors, channels)
    kind = "int64" if wide else "int32"
    bias = {"shape": [channels], "type": kind, "zeroPoint": [0], "axis": 0}
    grid = (numpy.float32(scale) * scales).astype(numpy.float32)
    bias["scale"] = [float(grid[0])] if len(grid) == 1 else packed(grid, "<f4")
    if adversarial:
        low, high = (-32768, 32767) if wide else (-128, 127)
        values = adversarial_biases(factors, low - point, high - point, random)
        x.pop("fill", None)
        x["fill"] = {"seed": 1, "low": x["zeroPoint"][0], "high": x["zeroPoint"][0]}
        bias["codes"] = packed(values, "<i8" if wide else "<i4")
    else:
        spread = int(73 * 73 * numpy.sqrt(taps)) * (256 if wide else 1)
        seed = int(random.integers(2**31))
        bias["fill"] = {"seed": seed, "low": -spread, "high": spread}
    y = {"shape": list(out_shape), "type": x["type"], "scale": [ratio], "zeroPoint": [point]}
    if wide:
        y["scale"] = [float(numpy.float32(ratio / (1 if adversarial else 1)))]
    case["tensors"] = [x, kernel, bias, y]
    case["inputs"] = [0]
    case["op"] |= {"inputs": [0, 1, 2], "output": 3}
    return case


def window_of(random):
    size = [int(n) for n in random.integers(1, 5, 2)]
    strides = [1, 1] if random.random() < 0.5 else [int(n) for n in random.integers(1, 4, 2)]
    padding = "same" if random.random() < 0.5 else "valid"
    dilations = [1, 1]
    if strides == [1, 1] and random.random() < 0.3:
        dilations = [int(n) for n in random.integers(1, 3, 2)]
    return size, strides, padding, dilations


fused = ["none", "none", "relu", "relu6", "reluN1To1"]


def conv2d(random, adversarial, wide=False):
    size, strides, padding, dilations = window_of(random)
    height, width = (int(n) for n in random.integers(9, 12, 2))
    if adversarial:
        size, strides, padding, dilations, height, width = [1, 1], [1, 1], "valid", [1, 1], 1, 1
    channels, out = (int(n) for n in random.integers(1, 12, 2))
    if adversarial:
        out = 64
    x = activation([1, height, width, channels], random, "int16" if wide else "int8", 0 if wide else None)
    x = filled(x, random, *((-32768, 32767) if wide else (-128, 127)))
    kernel, scales = weights([out, *size, channels], 0, random, exact=adversarial and random.random() < 0.4)
    shape = [size_of(n, *rest, padding) for n, *rest in zip((height, width), size, strides, dilations)]
    op = {"type": "conv2d", "strides": strides, "padding": padding, "dilations": dilations}
    op["activation"] = "none" if adversarial else str(random.choice(fused))
    return finish({"op": op}, x, kernel, scales, size[0] * size[1] * channels, [1, *shape, out], random, adversarial, wide)


def depthwise(random, adversarial, wide=False):
    size, strides, padding, dilations = window_of(random)
    strides = [strides[0]] * 2
    height, width = (int(n) for n in random.integers(9, 12, 2))
    if adversarial:
        size, strides, padding, dilations, height, width = [1, 1], [1, 1], "valid", [1, 1], 1, 1
    multiplier = 1 if random.random() < 0.6 else int(random.integers(1, 5))
    channels = 61 if adversarial else int(random.integers(1, 27))
    if adversarial:
        multiplier = 1
    x = activation([1, height, width, channels], random, "int16" if wide else "int8", 0 if wide else None)
    x = filled(x, random, *((-32768, 32767) if wide else (-128, 127)))
    kernel, scales = weights([1, *size, channels * multiplier], 3, random)
    shape = [size_of(n, *rest, padding) for n, *rest in zip((height, width), size, strides, dilations)]
    op = {"type": "depthwiseConv2d", "strides": strides, "padding": padding, "dilations": dilations}
    op |= {"multiplier": multiplier, "activation": "none" if adversarial else str(random.choice(fused))}
    taps = size[0] * size[1]
    shape = [1, *shape, channels * multiplier]
    return finish({"op": op}, x, kernel, scales, taps, shape, random, adversarial, wide)


def fully_connected(random, adversarial, wide=False, per_channel=None):
    channels = int(random.integers(1, 200))
    out = 64 if adversarial else int(random.integers(1, 30))
    per_channel = random.random() < 0.5 if per_channel is None else per_channel
    rows = 1 if adversarial else int(random.integers(1, 4))
    x = activation([rows, channels], random, "int16" if wide else "int8", 0 if wide else None)
    x = filled(x, random, *((-32768, 32767) if wide else (-128, 127)))
    kernel, scales = weights([out, channels], 0, random, per_channel)
    op = {"type": "fullyConnected", "activation": "none" if adversarial else str(random.choice(fused[:4]))}
    return finish({"op": op}, x, kernel, scales, channels, [rows, out], random, adversarial, wide)


def transposed(random, adversarial):
    size, strides, padding, _ = window_of(random)
    height, width = (int(n) for n in random.integers(2, 6, 2))
    if adversarial:
        strides = [1, 1] if random.random() < 0.6 else [int(n) for n in random.integers(1, 4, 2)]
        size, height, width = [1, 1], 1, 1
    channels, out = int(random.integers(1, 12)), 61 if adversarial else int(random.integers(1, 20))
    x = filled(activation([1, height, width, channels], random), random)
    exact = adversarial and random.random() < 0.4
    kernel, scales = weights([out, *size, channels], 0, random, exact=exact)
    if padding == "same":
        shape = [n * s for n, s in zip((height, width), strides)]
    else:
        shape = [n * s + max(k - s, 0) for n, s, k in zip((height, width), strides, size)]
    op = {"type": "transposedConv2d", "strides": strides, "padding": padding}
    op["activation"] = "none" if adversarial else str(random.choice(fused[:4]))
    taps = size[0] * size[1] * channels
    return finish({"op": op}, x, kernel, scales, taps, [1, *shape, out], random, adversarial)


groups = {
    "conv2d": lambda random: conv2d(random, False),
    "conv2d, adversarial": lambda random: conv2d(random, True),
    "conv2d, int16": lambda random: conv2d(random, False, True),
    "conv2d, int16, adversarial": lambda random: conv2d(random, True, True),
    "depthwiseConv2d": lambda random: depthwise(random, False),
    "depthwiseConv2d, adversarial": lambda random: depthwise(random, True),
    "depthwiseConv2d, int16": lambda random: depthwise(random, False, True),
    "depthwiseConv2d, int16, adversarial": lambda random: depthwise(random, True, True),
    "transposedConv2d": lambda random: transposed(random, False),
    "transposedConv2d, adversarial": lambda random: transposed(random, True),
    "fullyConnected, per tensor": lambda random: fully_connected(random, False, False, False),
    "fullyConnected, per tensor, adversarial": lambda random: fully_connected(random, True, False, False),
    "fullyConnected, per channel": lambda random: fully_connected(random, False, False, True),
    "fullyConnected, per channel, adversarial": lambda random: fully_connected(random, True, False, True),
    "fullyConnected, int16": lambda random: fully_connected(random, False, True),
    "fullyConnected, int16, adversarial": lambda random: fully_connected(random, True, True),
}
