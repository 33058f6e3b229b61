"""Writes test/golden/onnx_schema.json: the fields of ONNX's messages, out of the descriptors of PyPI's onnx.

    pip install onnx==1.23.2
    python test/peers/onnx_schema.py
"""

import json
import pathlib

import onnx
from onnx import onnx_ml_pb2 as onnx_ml

names = [
    "ModelProto",
    "OperatorSetIdProto",
    "StringStringEntryProto",
    "GraphProto",
    "NodeProto",
    "AttributeProto",
    "TensorProto",
    "ValueInfoProto",
    "TypeProto",
    "TypeProto.Tensor",
    "TensorShapeProto",
    "TensorShapeProto.Dimension",
]
kinds = {
    value: name.removeprefix("TYPE_").lower()
    for name, value in vars(type(onnx_ml.ModelProto.DESCRIPTOR.fields[0])).items()
    if name.startswith("TYPE_")
}


def descriptor(name):
    outer, *inner = name.split(".")
    message = onnx_ml.DESCRIPTOR.message_types_by_name[outer]
    return message.nested_types_by_name[inner[0]] if inner else message


def fields(message):
    def kind(field):
        inner = field.message_type
        return inner.full_name.removeprefix("onnx.") if inner else kinds[field.type]

    return {
        field.name: {"number": field.number, "type": kind(field), "repeated": field.is_repeated, "packed": field.is_packed}
        for field in message.fields
    }


golden = {
    "madeBy": "test/peers/onnx_schema.py",
    "versions": {"onnx": onnx.__version__},
    "messages": {name: fields(descriptor(name)) for name in names},
    "elementTypes": dict(onnx.TensorProto.DataType.items()),
    "attributeTypes": dict(onnx.AttributeProto.AttributeType.items()),
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "onnx_schema.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(path.stat().st_size, "bytes")
