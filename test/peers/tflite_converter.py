"""Writes test/golden/tflite_converter.json: what Python's TFLiteConverter makes of exported models.

    pip install tensorflow-cpu==2.21.0 ai-edge-litert==2.3.0
    mkdir models
    QATLAB_SAVED_MODELS=models npx vitest run test/export/tfliteConverter.test.ts
    python test/peers/tflite_converter.py models

Each model is converted with Optimize.DEFAULT alone, without a representative data set. LiteRT runs the file with
XNNPACK, its default; TensorFlow runs the exported graph with its FakeQuant ops.
"""

import json
import pathlib
import sys
from importlib.metadata import version

import numpy
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tensorflow.core.protobuf import saved_model_pb2

letters = {"int8": "i8", "int32": "i32", "float32": "f32"}
hidden = {"Const", "Placeholder", "ReadVariableOp", "VarHandleOp"}


def graph(folder):
    saved = saved_model_pb2.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    nodes = saved.meta_graphs[0].graph_def.node
    return [
        " ".join([node.op, node.name, *node.input])
        for node in nodes
        if node.op not in hidden and not node.name.startswith("save/")
    ]


def convert(folder):
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return converter.convert()


def ops(content):
    """The ops without a delegate: the type, the types of the inputs (with how many scales), the type of the output."""
    resolver = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(model_content=content, experimental_op_resolver_type=resolver)
    interpreter.allocate_tensors()
    tensors = {tensor["index"]: tensor for tensor in interpreter.get_tensor_details()}

    def show(index):
        tensor = tensors[index]
        scales = len(tensor["quantization_parameters"]["scales"])
        return letters[tensor["dtype"].__name__] + (f"x{scales}" if scales > 1 else "")

    def line(op):
        inputs = [show(index) for index in op["inputs"] if index >= 0]
        return " ".join([op["op_name"], *inputs, "->", *map(show, op["outputs"])])

    return [line(op) for op in interpreter._get_ops_details()]


def run(content, images):
    interpreter = Interpreter(model_content=content)
    [source] = interpreter.get_input_details()
    interpreter.resize_tensor_input(source["index"], images.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(source["index"], images)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def last_scale(content):
    interpreter = Interpreter(
        model_content=content,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    last = interpreter._get_ops_details()[-1]
    if last["op_name"] != "DEQUANTIZE":
        return None
    tensors = {tensor["index"]: tensor for tensor in interpreter.get_tensor_details()}
    return float(tensors[last["inputs"][0]]["quantization_parameters"]["scales"][0])


def read(folder):
    case = json.loads(folder.with_suffix(".json").read_text())
    images = numpy.array(case["images"], "float32")
    predict = tf.saved_model.load(str(folder)).signatures["serving_default"]
    [expected] = [t.numpy() for t in predict(image=tf.constant(images)).values()]
    content = convert(folder)
    actual = run(content, images)
    scale = last_scale(content)
    unit = scale or 1e-4
    difference = numpy.rint(numpy.abs(actual - expected) / unit)
    return {
        "name": folder.name,
        "graph": graph(folder),
        "bytes": len(content),
        "ops": ops(content),
        "scale": scale,
        "outputs": int(actual.size),
        "different": int((difference != 0).sum()),
        "largest": int(difference.max()),
        "sample": [[round(float(v), 6) for v in row] for row in actual[:8]],
    }


folder = pathlib.Path(sys.argv[1])
golden = {
    "madeBy": "test/peers/tflite_converter.py",
    "versions": {name: version(name) for name in ["tensorflow-cpu", "ai-edge-litert", "numpy"]},
    "cases": [read(file.with_suffix("")) for file in sorted(folder.glob("*.json"))],
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "tflite_converter.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
for case in golden["cases"]:
    print(case["name"], case["different"], "of", case["outputs"], "differ, at most by", case["largest"])
    print("  ", "; ".join(case["ops"]))
