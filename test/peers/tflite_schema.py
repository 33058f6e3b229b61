"""Writes test/golden/tflite_schema.json: TensorFlow Lite's tables and enumerations, as its Python schema has them.

    pip install ai-edge-litert==2.3.0
    python test/peers/tflite_schema.py

Each field of a table is [slot, type, default].
"""

import importlib.metadata
import importlib.util
import json
import pathlib
import re

spec = importlib.util.find_spec("ai_edge_litert")
source = (pathlib.Path(spec.origin).parent / "schema_py_generated.py").read_text()

add = re.compile(r"^def ([A-Z]\w*?)Add([A-Z]\w*)\(builder, \w+\):\n    builder\.Prepend(\w+)Slot\((\d+), .*, ([-\w.]+)\)$", re.M)
enumeration = re.compile(r"^class (\w+)\(object\):\n((?:    \w+ = -?\d+\n)+)", re.M)
types = {"UOffsetTRelative": "offset"}

classes = re.findall(r"^class (\w+)\(object\):", source, re.M)
tables = {}
for line in add.finditer(source):
    whole, kind, slot, default = line[1] + "Add" + line[2], line[3], int(line[4]), line[5]
    # A table's name can have "Add" in it, as AddOptions has.
    table = max((name for name in classes if whole.startswith(name + "Add")), key=len)
    field = whole[len(table) + 3 :]
    value = {"True": 1, "False": 0}.get(default) if default in ("True", "False") else float(default)
    tables.setdefault(table, {})[field[0].lower() + field[1:]] = [slot, types.get(kind, kind.lower()), value]

enumerations = {
    name: {key: int(value) for key, value in re.findall(r"(\w+) = (-?\d+)", body)}
    for name, body in enumeration.findall(source)
}
wanted = ["TensorType", "Padding", "ActivationFunctionType", "BuiltinOperator", "BuiltinOptions"]
golden = {
    "madeBy": "test/peers/tflite_schema.py",
    "versions": {"ai-edge-litert": importlib.metadata.version("ai-edge-litert")},
    "enumerations": {name: enumerations[name] for name in wanted},
    "tables": tables,
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "tflite_schema.json"
path.write_text(json.dumps(golden, separators=(",", ":")).replace('},"', '},\n"') + "\n")
print(len(tables), "tables,", path.stat().st_size, "bytes")
