"""Writes test/golden/small_floats.json: what ml_dtypes, torchao and bitsandbytes make of values.

    pip install ml_dtypes==0.6.0 torch==2.13.0 torchao==0.18.0 bitsandbytes==0.50.2 onnx==1.23.2
    python test/peers/small_floats.py

Inputs come from the generator of test/fixtures/generator.ts: values over many powers of two, and every
value in the middle of two codes. Long outputs are kept as SHA-256 of their bytes.
"""

import hashlib
import json
import pathlib

import bitsandbytes
import ml_dtypes
import numpy
import onnx
import torch
import torchao
from torchao.prototype.mx_formats.mx_tensor import to_dtype, to_mx

COUNT = 4096
BLOCK = 32
CASTS = {
    "fp8 e4m3": ml_dtypes.float8_e4m3fn,
    "fp8 e5m2": ml_dtypes.float8_e5m2,
    "fp6 e2m3": ml_dtypes.float6_e2m3fn,
    "fp6 e3m2": ml_dtypes.float6_e3m2fn,
    "fp4 e2m1": ml_dtypes.float4_e2m1fn,
    "bfloat16": ml_dtypes.bfloat16,
    "float16": numpy.float16,
    # Not OCP's: IEEE 754's rules with other parts.
    "e4m3": ml_dtypes.float8_e4m3,
    "e3m4": ml_dtypes.float8_e3m4,
}


def generator(seed):
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) / 2**24


def wide(seed, count, low, high):
    """Values of either sign with exponents from low to below high."""
    random = generator(seed)
    values = []
    for _ in range(count):
        sign = 1 if next(random) < 0.5 else -1
        exponent = int(numpy.floor(low + next(random) * (high - low)))
        values.append(sign * 2.0**exponent * (1 + next(random)))
    return numpy.array(values, numpy.float32)


def sha(array):
    return hashlib.sha256(numpy.ascontiguousarray(array).tobytes()).hexdigest()


def digest(array):
    # -0 and 0 are one value.
    return sha(numpy.asarray(array).astype(numpy.float32) + numpy.float32(0))


def bits_of(dtype):
    return 16 if numpy.dtype(dtype).itemsize == 2 else ml_dtypes.finfo(dtype).bits


def cast(name, dtype, seed):
    bits = bits_of(dtype)
    raw = numpy.arange(2**bits).astype(numpy.uint16 if bits == 16 else numpy.uint8)
    table = raw.view(dtype).astype(numpy.float32)
    # The middle of a value and its neighbour, of those that are finite numbers and not subnormal
    # in float32.
    finite = numpy.unique(table[numpy.isfinite(table) & (abs(table) >= 2.0**-120)])
    middles = ((finite[1:].astype(numpy.float64) + finite[:-1]) / 2).astype(numpy.float32)
    x = numpy.concatenate([middles, wide(seed, COUNT, -20, 20)])
    with numpy.errstate(over="ignore"):
        y = x.astype(dtype)
    codes = y.view(raw.dtype)
    values = y.astype(numpy.float32)
    finite = numpy.isfinite(values)
    return {
        "name": name,
        "bits": bits,
        "seed": seed,
        # NaN is written as null.
        "largest": float(table[numpy.isfinite(table)].max()),
        "table": digest(numpy.where(numpy.isnan(table), numpy.float32(12345), table)),
        "middles": len(middles),
        "values": digest(numpy.where(numpy.isnan(values), numpy.float32(12345), values)),
        "codes": sha(numpy.where(finite, codes, 0).astype(numpy.int32)),
    }


MX = {
    "mxfp8 e4m3": (torch.float8_e4m3fn, ml_dtypes.float8_e4m3fn, 8, 448),
    "mxfp8 e5m2": (torch.float8_e5m2, ml_dtypes.float8_e5m2, 15, 57344),
    "mxfp6 e2m3": ("fp6_e2m3", ml_dtypes.float6_e2m3fn, 2, 7.5),
    "mxfp6 e3m2": ("fp6_e3m2", ml_dtypes.float6_e3m2fn, 4, 28),
    "mxfp4 e2m1": (torch.float4_e2m1fn_x2, ml_dtypes.float4_e2m1fn, 2, 6),
    "mxint8": (None, None, 0, 127 / 64),
}


def mx(name, seed):
    """The specification's section 6.3 in numpy, held against torchao where that has the format."""
    kind, dtype, emax, largest = MX[name]
    # Blocks of different sizes, one of zeros, one of a single outlier.
    x = wide(seed, COUNT, -6, 6).reshape(-1, BLOCK)
    x *= numpy.float32(2.0) ** (numpy.arange(len(x)) % 40 - 20).astype(numpy.float32)[:, None]
    x[3] = 0
    x[5, 1:] *= numpy.float32(2.0**-20)
    largest_size = abs(x).max(1)
    with numpy.errstate(divide="ignore"):
        shared = numpy.where(largest_size > 0, numpy.floor(numpy.log2(largest_size.astype(float))), -999)
    # Smaller scales are subnormal in float32, and not used.
    scale = 2.0 ** numpy.maximum(shared - emax, -126)
    elements = x.astype(float) / scale[:, None]
    if dtype is None:
        elements = numpy.clip(numpy.rint(elements * 64), -127, 127) / 64
    else:
        elements = numpy.clip(elements, -largest, largest).astype(numpy.float32).astype(dtype)
    values = (elements.astype(float) * scale[:, None]).astype(numpy.float32)
    if kind is not None:
        scales, packed = to_mx(torch.tensor(x), kind, BLOCK)
        theirs = to_dtype(packed, scales, kind, BLOCK, torch.float32).numpy()
        assert numpy.array_equal(theirs, values), name
    return {"name": name, "seed": seed, "values": digest(values), "scales": digest(scale)}


def nf4(seed):
    x = wide(seed, COUNT, -4, 4)
    codes, state = bitsandbytes.functional.quantize_4bit(
        torch.tensor(x), blocksize=64, quant_type="nf4"
    )
    values = bitsandbytes.functional.dequantize_4bit(codes, state).numpy()
    return {
        "seed": seed,
        "table": [float(value) for value in state.code],
        "largest": digest(state.absmax),
        "values": digest(values),
    }


def int4_bytes():
    codes = numpy.array([1, -2, 7, -8, 5, 0, -1], ml_dtypes.int4)
    tensor = onnx.numpy_helper.from_array(codes)
    return {"codes": [int(code) for code in codes], "bytes": list(tensor.raw_data)}


golden = {
    "madeBy": "test/peers/small_floats.py",
    "versions": {
        "ml_dtypes": ml_dtypes.__version__,
        "numpy": numpy.__version__,
        "torchao": torchao.__version__,
        "bitsandbytes": bitsandbytes.__version__,
        "onnx": onnx.__version__,
    },
    "count": COUNT,
    "block": BLOCK,
    "casts": [cast(name, dtype, 10 + i) for i, (name, dtype) in enumerate(CASTS.items())],
    "mx": [mx(name, 50 + i) for i, name in enumerate(MX)],
    "nf4": nf4(70),
    "int4": int4_bytes(),
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "small_floats.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(path.stat().st_size, "bytes")
