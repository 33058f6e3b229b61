"""Writes test/golden/saved_models.json: what Python's TensorFlow reads in exported models.

    pip install tensorflow-cpu==2.21.0
    mkdir models
    QATLAB_SAVED_MODELS=models npx vitest run test/export/readers.test.ts
    python test/peers/saved_models.py models

Inputs come from the generator of test/fixtures/generator.ts, as test/export/models.ts draws them; outputs are
kept as five numbers of each, rounded, since sums depend on the machine.
"""

import json
import pathlib
import sys

import numpy
import tensorflow as tf


def generator(seed):
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) / 2**24


def draw(random, spec, batch, below, exact):
    shape = [batch, *spec.shape[1:]]
    values = numpy.array([next(random) for _ in range(numpy.prod(shape))])
    if below:
        values = numpy.floor(values * below)
    else:
        values = values * 2 - 1
        if exact:
            values = numpy.floor(values * 64 + 0.5) / 64
    return tf.constant(values.reshape(shape), spec.dtype)


def sample(tensor):
    values = tensor.numpy().ravel()
    return [round(float(values[i * (len(values) - 1) // 4]), 7) for i in range(5)]


def report(specs):
    return {name: {"dtype": spec.dtype.name, "shape": list(spec.shape)} for name, spec in specs.items()}


def read(folder, case):
    model = tf.saved_model.load(str(folder))
    assert list(model.signatures) == ["serving_default"]
    predict = model.signatures["serving_default"]
    specs = predict.structured_input_signature[1]
    variables = {variable.name.removesuffix(":0"): variable for variable in model.variables}
    if variables:
        # The checkpoint's own keys and values are those of the variables that were loaded.
        checkpoint = tf.train.load_checkpoint(str(folder / "variables" / "variables"))
        assert set(checkpoint.get_variable_to_shape_map()) == set(variables)
        for name, variable in variables.items():
            assert (checkpoint.get_tensor(name) == variable.numpy()).all(), name
    outputs = []
    for batch in case["batches"]:
        random = generator(batch)
        inputs = {
            name: draw(random, specs[name], batch, case.get("below"), case.get("exact"))
            for name in case["inputs"]
        }
        samples = {name: sample(tensor) for name, tensor in predict(**inputs).items()}
        outputs.append({"batch": batch, "samples": samples})
    return {
        "name": case["name"],
        "signature": {"inputs": report(specs), "outputs": report(predict.structured_outputs)},
        "variables": {name: list(variable.shape) for name, variable in sorted(variables.items())},
        "outputs": outputs,
    }


folder = pathlib.Path(sys.argv[1])
files = sorted(folder.glob("*.json"))
golden = {
    "madeBy": "test/peers/saved_models.py",
    "versions": {"tensorflow": tf.__version__, "numpy": numpy.__version__},
    "cases": [read(file.with_suffix(""), json.loads(file.read_text())) for file in files],
}
path = pathlib.Path(__file__).resolve().parents[1] / "golden" / "saved_models.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
print(len(files), "models,", path.stat().st_size, "bytes")
