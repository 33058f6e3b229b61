"""Random numbers and codes that test/integer/kernels.ts draws as well."""

import base64

import numpy


def generator(seed):
    """The generator of test/fixtures/generator.ts."""
    state = seed % 2**32
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) / 2**24


def draw(fill, size):
    """Codes from `low` to `high`, both included."""
    random = generator(fill["seed"])
    span = fill["high"] - fill["low"] + 1
    return numpy.array([int(next(random) * span) + fill["low"] for _ in range(size)], numpy.int64)


def packed(values, kind):
    """Numbers of a type as base64 of their little-endian bytes."""
    return base64.b64encode(numpy.asarray(values, kind).tobytes()).decode()


dtypes = {"int8": "int8", "int16": "<i2", "int32": "<i4", "int64": "<i8"}


def codes_of(tensor):
    """The codes of a tensor of a case, in its shape; None if an op computes them."""
    shape = tensor["shape"]
    if "fill" in tensor:
        values = draw(tensor["fill"], int(numpy.prod(shape)))
    elif "codes" in tensor:
        values = numpy.frombuffer(base64.b64decode(tensor["codes"]), dtypes[tensor["type"]])
    else:
        return None
    return values.astype(dtypes[tensor["type"]]).reshape(shape)


def scales_of(tensor):
    scale = tensor.get("scale", [])
    if isinstance(scale, str):
        return numpy.frombuffer(base64.b64decode(scale), "<f4")
    return numpy.array(scale, numpy.float32)
