"""Writes test/golden/affine_kernels.json: how PyTorch, ONNX Runtime and TensorFlow Lite round.

    pip install tensorflow-cpu==2.21.0 torch==2.13.0 onnx==1.23.2 onnxruntime==1.31.1
    python test/peers/affine_kernels.py

Inputs come from the generator of test/fixtures/generator.ts: every other value lies between two codes.
Outputs are kept as SHA-256 of their float32 or int32 bytes.
"""

import hashlib
import json
import pathlib

import numpy
import onnx
import onnxruntime
import tensorflow as tf
import torch
from onnx import TensorProto, helper

ROWS, CHANNELS = 512, 6


def generator(seed):
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) / 2**24


def inputs(seed, bits, count=ROWS * CHANNELS, columns=CHANNELS, spread=1.2):
    """Scales, zero points drawn as shares of the codes, and values, channels last."""
    random = generator(seed)
    scale = numpy.array([0.001 + next(random) for _ in range(columns)], numpy.float32)
    zero = [next(random) for _ in range(columns)]
    reach = spread * 2 ** (bits - 1)
    values = numpy.empty(count, numpy.float32)
    for i in range(count):
        steps = (2 * next(random) - 1) * reach
        if i % 2:
            steps = numpy.floor(steps) + 0.5
        values[i] = numpy.float64(scale[i % columns]) * steps
    return scale, zero, values.reshape(-1, columns)


def digest(array, dtype=numpy.float32):
    # -0 and 0 are one value.
    array = numpy.asarray(array).astype(dtype)
    return hashlib.sha256((array + dtype(0)).tobytes()).hexdigest()


def ends(bits, signed):
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)


def pytorch(bits, signed, per, seed):
    smallest, largest = ends(bits, signed)
    scale, share, x = inputs(seed, bits)
    zero = [int(smallest + numpy.floor(s * (largest - smallest + 1))) for s in share]
    x = torch.tensor(x, requires_grad=True)
    if per == "channel":
        y = torch.fake_quantize_per_channel_affine(
            x, torch.tensor(scale), torch.tensor(zero, dtype=torch.int32), 1, smallest, largest
        )
    else:
        y = torch.fake_quantize_per_tensor_affine(x, float(scale[0]), zero[0], smallest, largest)
    y.backward(torch.ones_like(y))
    return {
        "bits": bits,
        "signed": signed,
        "per": per,
        "seed": seed,
        "values": digest(y.detach()),
        "gradient": digest(x.grad),
    }


ONNX_TYPES = {
    (4, True): TensorProto.INT4,
    (4, False): TensorProto.UINT4,
    (8, True): TensorProto.INT8,
    (8, False): TensorProto.UINT8,
    (16, True): TensorProto.INT16,
    (16, False): TensorProto.UINT16,
}


def onnx_runtime(bits, signed, per, seed, group=None):
    smallest, largest = ends(bits, signed)
    groups = ROWS // group if group else 1
    scale, share, x = inputs(seed, bits, columns=CHANNELS)
    zero = [int(smallest + numpy.floor(s * (largest - smallest + 1))) for s in share]
    if per == "tensor":
        scale, zero, shape = scale[:1], zero[:1], []
    elif per == "channel":
        shape = [CHANNELS]
    else:
        # As many scales as there are groups, each channel's halved from group to group.
        shape = [groups, CHANNELS]
        scale = numpy.concatenate([scale / numpy.float32(2**g) for g in range(groups)])
        zero = zero * groups
    kind = ONNX_TYPES[bits, signed]
    attributes = {"axis": 1} if per == "channel" else {"axis": 0, "block_size": group} if group else {}
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["c"], **attributes),
        helper.make_node("DequantizeLinear", ["c", "s", "z"], ["y"], **attributes),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [ROWS, CHANNELS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [ROWS, CHANNELS])],
        [
            helper.make_tensor("s", TensorProto.FLOAT, shape, scale.tolist()),
            helper.make_tensor("z", kind, shape, zero),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    # Without optimizations: they would fold the pair.
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    (y,) = session.run(None, {"x": x})
    return {
        "bits": bits,
        "signed": signed,
        "per": per,
        "group": group,
        "seed": seed,
        "values": digest(y),
    }


def tflite(seed):
    """The QUANTIZE op of a converted ReLU, in the reference kernels; the converter chose the scale."""
    count = ROWS * CHANNELS

    class Net(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([count], tf.float32)])
        def relu(self, x):
            return tf.nn.relu(x)

    net = Net()
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [net.relu.get_concrete_function()], net
    )
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    # Ends whose scale is a power of two, so that there are values exactly between two codes.
    samples = numpy.linspace(-3, 4.96875, count).astype(numpy.float32)
    converter.representative_dataset = lambda: iter([[samples]])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    resolver = tf.lite.experimental.OpResolverType.BUILTIN_REF
    interpreter = tf.lite.Interpreter(
        model_content=converter.convert(),
        experimental_op_resolver_type=resolver,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    given, codes = interpreter.get_tensor_details()[:2]
    scale, zero = codes["quantization"]
    random = generator(seed)
    steps = numpy.array([(2 * next(random) - 1) * 300 for _ in range(count)])
    steps[::2] = numpy.floor(steps[::2]) + 0.5
    x = (numpy.float64(scale) * steps).astype(numpy.float32)
    interpreter.set_tensor(given["index"], x)
    interpreter.invoke()
    return {
        "seed": seed,
        "scale": float(scale),
        "zeroPoint": int(zero),
        "codes": digest(interpreter.get_tensor(codes["index"]), numpy.int32),
    }


golden = {
    "madeBy": "test/peers/affine_kernels.py",
    "versions": {
        "torch": torch.__version__,
        "onnxruntime": onnxruntime.__version__,
        "tensorflow": tf.__version__,
    },
    "rows": ROWS,
    "channels": CHANNELS,
    "pytorch": [
        pytorch(bits, signed, per, 1000 + 10 * bits + 2 * signed + (per == "channel"))
        for bits in [2, 3, 4, 5, 8, 12, 16]
        for signed in [True, False]
        for per in ["tensor", "channel"]
    ],
    "onnx": [
        onnx_runtime(bits, signed, per, 2000 + 10 * bits + 2 * signed + (per == "channel"), group)
        for bits in [4, 8, 16]
        for signed in [True, False]
        for per, group in [("tensor", None), ("channel", None), ("group", 32), ("group", 128)]
    ],
    "tflite": tflite(3000),
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "affine_kernels.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(len(golden["pytorch"]), len(golden["onnx"]), golden["tflite"], path.stat().st_size, "bytes")
