"""Writes test/golden/integer_kernels.json: what LiteRT's kernels compute, op by op.

    pip install ai-edge-litert==2.3.0 numpy flatbuffers
    cd test/peers
    python -m integer_kernels

Each case is a program of one op (src/integer/program) with input codes; the same op is written as a .tflite model and
run by three resolvers of LiteRT. Codes come from the generator of test/fixtures/generator.ts, so that the file has
their seeds only. Adversarial cases have inputs at the zero point and biases next to a rounding's half.

The golden file has a sample. Any number of cases of each kind:

    python -m integer_kernels 200 kernels.json
    QATLAB_INTEGER_KERNELS=test/peers/kernels.json npx vitest run test/integer/kernels.test.ts
"""

import importlib.metadata
import json
import sys

import numpy

from . import elements, sums
from .draws import dtypes, packed
from .litert import resolvers, run

count = int(sys.argv[1]) if len(sys.argv) > 1 else None
path = sys.argv[2] if len(sys.argv) > 2 else "../golden/integer_kernels.json"
only = sys.argv[3:]

groups = sums.groups | elements.groups
found = {}
for name, make in groups.items():
    if only and not any(part in name for part in only):
        continue
    seed = sum(map(ord, name))
    random = numpy.random.default_rng(seed)
    found[name] = []
    # Random 16-bit codes fill the file with little to see.
    for _ in range(count or (1 if name.endswith("int16") else 2)):
        case = make(random)
        kind = dtypes[case["tensors"][case["op"]["output"]]["type"]]
        try:
            outputs = {kernel: packed(run(case, kernel), kind) for kernel in resolvers}
        except (RuntimeError, ValueError) as error:
            print(name, "refused:", str(error)[:200], case["op"], file=sys.stderr)
            continue
        # A kernel that computes the same as the one before it isn't repeated.
        first = outputs["xnnpack"]
        case["expected"] = {k: v for k, v in outputs.items() if k == "xnnpack" or v != first}
        found[name].append(case)
golden = {
    "madeBy": "test/peers/integer_kernels",
    "versions": {"ai-edge-litert": importlib.metadata.version("ai-edge-litert")},
    "groups": found,
}
with open(path, "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
print({name: len(cases) for name, cases in found.items()})
