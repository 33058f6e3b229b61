"""Cases of ops on pairs and windows of codes."""

import numpy

from .draws import packed
from .sums import activation, filled, fused, size_of


def case_of(op, tensors, inputs, output):
    op |= {"inputs": inputs, "output": output}
    return {"op": op, "tensors": tensors, "inputs": [i for i in inputs if "codes" not in tensors[i]]}


def some_shape(random):
    return [1, *(int(n) for n in random.integers(1, 9, 3))]


def binary(kind):
    def draw(random):
        shape = some_shape(random)
        other = shape if random.random() < 0.7 else [1] * 3 + shape[3:]
        x, y = (filled(activation(s, random), random) for s in (shape, other))
        out = activation(shape, random)
        if kind == "multiply":
            out["scale"] = [float(numpy.float32(x["scale"][0] * y["scale"][0] * (10 + 80 * random.random())))]
        if kind in ("maximum", "minimum"):
            for tensor in (y, out):
                tensor |= {"scale": x["scale"], "zeroPoint": x["zeroPoint"]}
        if kind in ("add", "subtract") and random.random() < 0.3:
            x["scale"] = y["scale"] = out["scale"] = [0.0625]
        fuse = "none" if kind in ("maximum", "minimum") else str(random.choice(fused[:4]))
        return case_of({"type": kind, "activation": fuse}, [x, y, out], [0, 1], 2)

    return draw


def pool(kind, wide=False):
    def draw(random):
        shape = [1, *(int(n) for n in random.integers(5, 10, 2)), int(random.integers(1, 20))]
        size = [int(n) for n in random.integers(1, 5, 2)]
        strides = [int(n) for n in random.integers(1, 4, 2)]
        padding = "same" if random.random() < 0.5 else "valid"
        x = filled(activation(shape, random), random)
        if wide:
            x = filled(activation(shape, random, "int16", 0), random, -32768, 32767)
        out = [size_of(n, k, s, 1, padding) for n, k, s in zip(shape[1:3], size, strides)]
        y = {**activation([1, *out, shape[3]], random), "type": x["type"], "scale": x["scale"], "zeroPoint": x["zeroPoint"]}
        op = {"type": kind, "size": size, "strides": strides, "padding": padding}
        op["activation"] = str(random.choice(fused[:4]))
        return case_of(op, [x, y], [0], 1)

    return draw


def quantize(first, second):
    """The same values in codes of another width; 16-bit codes have the zero point 0."""

    def draw(random):
        shape = [1, int(random.integers(1, 200))]
        x, y = (activation(shape, random, kind, 0 if kind == "int16" else None) for kind in (first, second))
        for tensor in (x, y):
            if tensor["type"] == "int16":
                tensor["scale"] = [float(numpy.float32(tensor["scale"][0] / 128))]
        ends = (-32768, 32767) if first == "int16" else (-128, 127)
        return case_of({"type": "quantize"}, [filled(x, random, *ends), y], [0], 1)

    return draw


def like(tensor, shape):
    """A tensor on the same scale."""
    return {**tensor, "shape": list(shape), "fill": None}


def without_fill(tensors):
    return [{k: v for k, v in t.items() if v is not None} for t in tensors]


def all_codes(random):
    """A tensor that has each of the 256 codes."""
    tensor = activation([1, 256], random)
    return {**tensor, "codes": packed(numpy.arange(-128, 128), "int8")}


def unary(kind, **fields):
    def draw(random):
        x = all_codes(random)
        if random.random() < 0.5:
            x = filled(activation([1, int(random.integers(1, 60))], random), random)
        y = activation(x["shape"], random)
        op = {"type": kind, **{k: v(random) if callable(v) else v for k, v in fields.items()}}
        if kind == "table":
            y |= {
                "sigmoid": {"scale": [1 / 256], "zeroPoint": [-128]},
                "tanh": {"scale": [1 / 128], "zeroPoint": [0]},
            }.get(op["function"], {})
        if kind == "quantize" and random.random() < 0.2:
            y["scale"] = [x["scale"][0] * 2.0 ** int(random.integers(-2, 3))]
        case = case_of(op, [x, y], [0], 1)
        case["inputs"] = [0]
        return case

    return draw


def moved(draw_op):
    def draw(random):
        shape = some_shape(random)
        x = filled(activation(shape, random), random)
        op, out = draw_op(shape, random)
        return case_of(op, without_fill([x, like(x, out)]), [0], 1)

    return draw


def pad(shape, random):
    paddings = [[0, 0]] + [[int(n) for n in random.integers(0, 4, 2)] for _ in range(3)]
    return {"type": "pad", "paddings": paddings}, [n + sum(p) for n, p in zip(shape, paddings)]


def part(shape, random):
    begin = [int(random.integers(0, n)) for n in shape]
    size = [int(random.integers(1, n - b + 1)) for n, b in zip(shape, begin)]
    return {"type": "slice", "begin": begin}, size


def transpose(shape, random):
    order = [0, *(int(n) for n in 1 + random.permutation(3))]
    return {"type": "transpose", "order": order}, [shape[axis] for axis in order]


def reverse(shape, random):
    return {"type": "reverse", "axis": int(random.integers(1, 4))}, shape


def resize(shape, random):
    factors = [int(n) for n in random.integers(1, 4, 2)]
    out = [1, shape[1] * factors[0], shape[2] * factors[1], shape[3]]
    return {"type": "resizeNearest", "factors": factors}, out


def reshape(shape, random):
    return {"type": "reshape"}, [1, shape[1] * shape[2], shape[3]]


def concatenate(random):
    shape = some_shape(random)
    axis = int(random.integers(1, 4))
    count = int(random.integers(2, 5))
    tensors = []
    for _ in range(count):
        size = [*shape[:axis], int(random.integers(1, 6)), *shape[axis + 1 :]]
        tensors.append(filled(activation(size, random), random))
    for tensor in tensors[1:]:
        tensor |= {"scale": tensors[0]["scale"], "zeroPoint": tensors[0]["zeroPoint"]}
    total = sum(tensor["shape"][axis] for tensor in tensors)
    out = like(tensors[0], [*shape[:axis], total, *shape[axis + 1 :]])
    op = {"type": "concatenate", "axis": axis}
    return case_of(op, without_fill([*tensors, out]), list(range(count)), count)


def mean(random):
    shape = some_shape(random)
    shape[3] = int(random.integers(1, 40))
    x = filled(activation(shape, random), random)
    axes = [[1, 2], [1, 2], [1], [2], [3], [1, 2, 3], [2, 3]][random.integers(7)]
    keep = bool(random.random() < 0.5)
    out = [1 if axis in axes else n for axis, n in enumerate(shape)]
    if not keep:
        out = [n for axis, n in enumerate(shape) if axis not in axes]
    y = activation(out, random)
    if random.random() < 0.5:
        y |= {"scale": x["scale"], "zeroPoint": x["zeroPoint"]}
    else:
        y["scale"] = [float(numpy.float32(x["scale"][0] * (0.3 + random.random())))]
    return case_of({"type": "mean", "axes": axes, "keepDims": keep}, [x, y], [0], 1)


def softmax(random):
    depth = int(random.integers(1, 40))
    x = filled(activation([int(random.integers(1, 5)), depth], random), random)
    y = {"shape": x["shape"], "type": "int8", "scale": [1 / 256], "zeroPoint": [-128]}
    return case_of({"type": "softmax"}, [x, y], [0], 1)


def gather(random):
    rows, width, count = (int(n) for n in random.integers(1, 20, 3))
    fill = {"seed": int(random.integers(2**31)), "low": 0, "high": rows - 1}
    indices = {"shape": [1, count], "type": "int32", "fill": fill}
    table = filled(activation([rows, width], random), random)
    case = case_of({"type": "gather"}, without_fill([indices, table, like(table, [1, count, width])]), [0, 1], 2)
    case["inputs"] = [0]
    return case


def batch_matmul(random):
    batch, m, k, n = (int(n) for n in random.integers(1, 9, 4))
    transposed = bool(random.random() < 0.5)
    a = filled(activation([batch, m, k], random), random)
    b = filled(activation([batch, n, k] if transposed else [batch, k, n], random), random)
    y = activation([batch, m, n], random)
    scale = a["scale"][0] * b["scale"][0] * 73 * 73 * numpy.sqrt(k) / 40
    y["scale"] = [float(numpy.float32(scale * (0.5 + random.random())))]
    return case_of({"type": "batchMatMul", "transposeB": transposed}, [a, b, y], [0, 1], 2)


def lstm(random):
    time, features, units = (int(n) for n in random.integers(1, 10, 3))
    x = filled(activation([1, time, features], random), random)
    h = activation([1, time, units], random)
    h["scale"] = [float(numpy.float32(0.004 + 0.004 * random.random()))]

    def matrix(columns, scale):
        tensor = {"shape": [units, columns], "type": "int8", "zeroPoint": [0]}
        tensor["scale"] = [float(numpy.float32(scale * (0.5 + random.random())))]
        return filled(tensor, random, -127)

    spread = 1 / (73 * numpy.sqrt(features) * 73 * x["scale"][0])
    kernels = [matrix(features, 2 * spread) for _ in range(4)]
    recurrents = [matrix(units, 0.5 / 73) for _ in range(4)]
    biases = []
    for kernel in kernels:
        scale = float(numpy.float32(x["scale"][0]) * numpy.float32(kernel["scale"][0]))
        bias = {"shape": [units], "type": "int32", "zeroPoint": [0], "scale": [scale]}
        biases.append(filled(bias, random, -int(1 / scale), int(1 / scale)))
    op = {"type": "lstm", "cellExponent": int(random.integers(-15, -9))}
    case = case_of(op, [x, *kernels, *recurrents, *biases, h], list(range(13)), 13)
    case["inputs"] = [0]
    return case


alpha = lambda random: float(numpy.float32(random.random()))
groups = {
    "add": binary("add"),
    "subtract": binary("subtract"),
    "multiply": binary("multiply"),
    "maximum": binary("maximum"),
    "minimum": binary("minimum"),
    "maxPool2d": pool("maxPool2d"),
    "averagePool2d": pool("averagePool2d"),
    "maxPool2d, int16": pool("maxPool2d", True),
    "averagePool2d, int16": pool("averagePool2d", True),
    "quantize, int8 to int16": quantize("int8", "int16"),
    "quantize, int16 to int8": quantize("int16", "int8"),
    "quantize, int16": quantize("int16", "int16"),
    "mean": mean,
    "softmax": softmax,
    "sigmoid": unary("table", function="sigmoid"),
    "tanh": unary("table", function="tanh"),
    "gelu": unary("table", function="gelu"),
    "exp": unary("table", function="exp"),
    "hardSwish": unary("hardSwish"),
    "leakyRelu": unary("leakyRelu", alpha=alpha),
    "relu": unary("relu", activation=lambda random: str(random.choice(["relu", "relu6", "reluN1To1"]))),
    "quantize": unary("quantize"),
    "concatenate": concatenate,
    "reshape": moved(reshape),
    "pad": moved(pad),
    "slice": moved(part),
    "transpose": moved(transpose),
    "reverse": moved(reverse),
    "resizeNearest": moved(resize),
    "gather": gather,
    "batchMatMul": batch_matmul,
    "lstm": lstm,
}
