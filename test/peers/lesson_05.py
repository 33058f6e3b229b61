"""Writes test/golden/lesson_05.json: what four runtimes make of the values in lesson 05.

    pip install tensorflow-cpu==2.21.0 torch==2.13.0 onnx==1.23.2 onnxruntime==1.31.1
    python test/peers/lesson_05.py

The grid has the scale 1/4 and the zero point 5, an odd one, so that rounding to the even multiple and
rounding to the even code differ. Notebook 05 carries the same numbers; test/course/lesson05.test.ts
compares them.
"""

import json
import pathlib

import numpy
import onnx
import onnxruntime
import tensorflow as tf
import torch
from onnx import TensorProto, helper

SCALE, ZERO, LAST = 0.25, 5, 15
# Between codes, at the ends, within and beyond half a step outside: in steps from the value 0.
STEPS = [-7, -5.5, -5.25, -5, -2.5, -1.5, -0.5, 0.5, 0.75, 1.5, 2.5, 10, 10.25, 10.5, 10.75, 12]
X = [SCALE * steps for steps in STEPS]
# A scale at which x * float32(1 / scale) and x / scale often fall on two sides of a half.
INVERSE_SCALE = float(numpy.float32(0.21))
HALVES = [float(numpy.float32(INVERSE_SCALE * (k + 0.5))) for k in range(-ZERO, LAST - ZERO)]


def in_steps(values, scale):
    steps = numpy.round(numpy.asarray(values, numpy.float64) / scale)
    assert (numpy.float32(steps) * numpy.float32(scale) == values).all()
    return steps.astype(int).tolist()


def tensorflow():
    x = tf.constant(X)
    attributes = {"min": -ZERO * SCALE, "max": (LAST - ZERO) * SCALE, "num_bits": 4}
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.quantization.fake_quant_with_min_max_vars(x, **attributes)
    return {"steps": in_steps(y.numpy(), SCALE), "gradient": tape.gradient(y, x).numpy().tolist()}


def pytorch(x, scale):
    x = torch.tensor(x, dtype=torch.float32, requires_grad=True)
    y = torch.fake_quantize_per_tensor_affine(x, scale, ZERO, 0, LAST)
    y.backward(torch.ones_like(y))
    return {"steps": in_steps(y.detach().numpy(), scale), "gradient": x.grad.tolist()}


def onnx_runtime(x, scale):
    """QuantizeLinear to uint4 and DequantizeLinear, without the optimizations that would fold the pair."""
    graph = helper.make_graph(
        [
            helper.make_node("QuantizeLinear", ["x", "s", "z"], ["c"]),
            helper.make_node("DequantizeLinear", ["c", "s", "z"], ["y"]),
        ],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [len(x)])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [len(x)])],
        [
            helper.make_tensor("s", TensorProto.FLOAT, [], [scale]),
            helper.make_tensor("z", TensorProto.UINT4, [], [ZERO]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    (y,) = session.run(None, {"x": numpy.array(x, numpy.float32)})
    return {"steps": in_steps(y, scale)}


def tflite():
    """The reference QUANTIZE op, to int8: its codes start at the same value, -5/4, and go on to 250/4."""

    class Net(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([len(X)], tf.float32)])
        def relu(self, x):
            return tf.nn.relu(x)

    net = Net()
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [net.relu.get_concrete_function()], net
    )
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    samples = numpy.linspace(-ZERO * SCALE, (255 - ZERO) * SCALE, len(X)).astype(numpy.float32)
    converter.representative_dataset = lambda: iter([[samples]])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    interpreter = tf.lite.Interpreter(
        model_content=converter.convert(),
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    given, codes = interpreter.get_tensor_details()[:2]
    scale, zero = codes["quantization"]
    assert (scale, zero) == (SCALE, ZERO - 128), (scale, zero)
    interpreter.set_tensor(given["index"], numpy.array(X, numpy.float32))
    interpreter.invoke()
    return {"steps": (interpreter.get_tensor(codes["index"]).astype(int) - zero).tolist()}


golden = {
    "madeBy": "test/peers/lesson_05.py",
    "versions": {
        "tensorflow": tf.__version__,
        "torch": torch.__version__,
        "onnxruntime": onnxruntime.__version__,
    },
    "given": STEPS,
    "tensorflow": tensorflow(),
    "pytorch": pytorch(X, SCALE),
    "onnx": onnx_runtime(X, SCALE),
    "tflite": tflite(),
    "inverse": {
        "pytorch": pytorch(HALVES, INVERSE_SCALE)["steps"],
        "onnx": onnx_runtime(HALVES, INVERSE_SCALE)["steps"],
    },
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "lesson_05.json"
path.write_text(json.dumps(golden) + "\n")
print(len(STEPS), len(HALVES), path.stat().st_size, "bytes")
