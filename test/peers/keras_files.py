"""Writes test/golden/keras_files.json: small models as Keras's own files (`.keras` and legacy `.h5`), with their outputs.

Each file is gzipped and stands in base64. The weights are random, biases and statistics too, so that two weights that
change places are found. Run it in an environment with keras==3.15.1, tensorflow-cpu==2.21.0 and numpy:

    python test/peers/keras_files.py
"""

import base64
import gzip
import json
import os
import tempfile
import zipfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers as L  # noqa: E402

EXAMPLES = 3


def cnn():
    """Layers of convolutional networks, in a functional model."""
    x = inputs = keras.Input((8, 8, 2), name="images")
    x = L.Conv2D(4, 3, padding="same", use_bias=False, kernel_regularizer="l2")(x)
    x = L.BatchNormalization()(x)
    x = skip = L.ReLU(6.0)(x)
    x = L.DepthwiseConv2D(3, padding="same")(x)
    x = L.LeakyReLU(negative_slope=0.2)(x)
    x = L.Add()([x, skip])
    x = L.ZeroPadding2D(((0, 1), (0, 1)))(x)
    x = L.SeparableConv2D(5, 3, strides=2, activation="elu")(x)
    x = L.BatchNormalization(scale=False, epsilon=0.01)(x)
    a = L.AveragePooling2D(2)(x)
    b = L.MaxPooling2D(2)(x)
    x = L.Concatenate()([a, b])
    x = L.Conv2DTranspose(3, 2, strides=2)(x)
    x = L.UpSampling2D(2)(x)
    x = L.Cropping2D(1)(x)
    x = L.PReLU(shared_axes=[1, 2])(x)
    x = L.LayerNormalization()(x)
    x = L.GlobalAveragePooling2D()(x)
    x = L.Dropout(0.2, seed=3)(x)
    x = L.Dense(3)(x)
    return keras.Model(inputs, L.Softmax()(x), name="cnn")


def mlp():
    """A sequential model, compiled and with the state of its optimizer."""
    model = keras.Sequential(
        [
            keras.Input((6,)),
            L.Dense(5, activation="relu", kernel_initializer="he_normal"),
            L.Dense(4, activation="gelu", bias_regularizer=keras.regularizers.L1(0.1)),
            L.Dense(3, activation="softmax", kernel_constraint="max_norm"),
        ],
        name="mlp",
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    model.fit(np.ones((2, 6)), np.ones((2, 3)), verbose=0)
    return model


def recurrent():
    """Recurrent layers on an embedding; GRU with both values of `reset_after`."""
    inputs = keras.Input((5,), dtype="int32", name="words")
    x = L.Embedding(7, 3)(inputs)
    x = L.SpatialDropout1D(0.1)(x)
    x = L.LSTM(3, return_sequences=True)(x)
    x = L.Bidirectional(L.GRU(2, return_sequences=True))(x)
    x = L.Bidirectional(L.GRU(2, reset_after=False, return_sequences=True), merge_mode="sum")(x)
    x = L.TimeDistributed(L.Dense(3, activation="tanh"))(x)
    x = L.GRU(3, return_sequences=True, use_bias=False)(x)
    x = L.SimpleRNN(3, go_backwards=True, return_sequences=True)(x)
    x = L.RNN([L.LSTMCell(2), L.GRUCell(3)])(x)
    return keras.Model(inputs, L.Dense(2)(x), name="recurrent")


def attention():
    """Self-attention and cross-attention, causal too, with keys of another size."""
    left = keras.Input((4, 6), name="left")
    right = keras.Input((5, 3), name="right")
    x = L.MultiHeadAttention(2, 3)(left, left)
    x = L.LayerNormalization(epsilon=1e-6)(L.Add()([left, x]))
    y = L.MultiHeadAttention(2, 2, value_dim=3, output_shape=4, use_bias=False)(x, right)
    y = L.MultiHeadAttention(1, 4)(y, y, use_causal_mask=True)
    return keras.Model([left, right], L.GlobalAveragePooling1D()(y), name="attention")


def nested():
    """Models in a model, a layer in two places, names with dots, frozen layers."""
    inner = keras.Input((6, 6, 2))
    x = L.Conv2D(3, 3, name="scope.conv")(inner)
    x = L.BatchNormalization(name="scope.norm")(x)
    x = L.Conv2D(3, 1, name="other.conv", trainable=False)(x)
    base = keras.Model(inner, L.BatchNormalization(name="scope.norm2")(x), name="base")
    frozen = keras.Sequential(
        [keras.Input((4, 4, 3)), L.Conv2D(2, 1), L.BatchNormalization(), L.Flatten()], name="frozen"
    )
    frozen.trainable = False
    shared = L.Dense(4, activation="tanh", name="shared")
    a = keras.Input((6, 6, 2), name="a")
    b = keras.Input((6, 6, 2), name="b")
    first, second = (shared(frozen(base(x))) for x in (a, b))
    x = L.Dense(4, name="single")(shared(L.Dense(32, name="wide")(first)))
    y = L.Average()([x, second])
    return keras.Model([a, b], [L.Dense(2, name="logits")(y), second], name="outer.model")


def activations():
    """Nonlinearities as activations of layers and as layers, past both of their bends."""
    x = inputs = keras.Input((6,), name="values")
    names = ["leaky_relu", "hard_silu", "hard_sigmoid", "relu6", "silu", "softplus", "softsign", "mish", "selu"]
    names += ["elu", "exponential", "log_softmax", "hard_tanh", "log_sigmoid", "squareplus", "celu"]
    outputs = [L.Activation(name)(x) for name in names]
    outputs.append(L.ReLU(max_value=1.5, negative_slope=0.1, threshold=0.3)(x))
    outputs.append(L.ReLU(threshold=0.5)(x))
    outputs.append(L.ELU()(x))
    outputs.append(L.Activation("gelu")(x))
    outputs.append(L.Dense(6, activation="hard_swish")(x))
    return keras.Model(inputs, L.Concatenate()(outputs), name="activations")


def blocks():
    """A MobileNetV2 in small: inverted residual blocks with dropout of whole maps."""
    x = inputs = keras.Input((8, 8, 3), name="images")
    x = L.Rescaling(1 / 2, offset=-0.1)(x)
    x = L.Conv2D(4, 3, strides=2, padding="same", use_bias=False, name="Conv1")(x)
    x = L.ReLU(6.0)(L.BatchNormalization(epsilon=1e-3, momentum=0.999)(x))
    for i in range(2):
        y = L.Conv2D(8, 1, use_bias=False, name=f"block_{i}_expand")(x)
        y = L.ReLU(6.0)(L.BatchNormalization(epsilon=1e-3)(y))
        y = L.DepthwiseConv2D(3, padding="same", use_bias=False)(y)
        y = L.ReLU(6.0)(L.BatchNormalization(epsilon=1e-3)(y))
        y = L.BatchNormalization(epsilon=1e-3)(L.Conv2D(4, 1, use_bias=False)(y))
        x = L.Add()([x, L.SpatialDropout2D(0.1)(y)])
    x = L.GlobalMaxPooling2D()(x)
    return keras.Model(inputs, L.Dense(3, activation="softmax")(x), name="blocks")


def masked():
    """Steps that are padding, and maxima and means that keep their axes."""
    inputs = keras.Input((6,), dtype="int32", name="words")
    x = L.Embedding(7, 4, mask_zero=True)(inputs)
    x = L.LSTM(3, return_sequences=True)(x)
    a = L.GRU(3)(x)
    b = L.Bidirectional(L.GRU(2))(x)
    return keras.Model(inputs, L.Concatenate()([a, b]), name="masked")


def pooled():
    """Pools over the whole image that keep its axes, as MobileNet has them."""
    x = inputs = keras.Input((6, 4, 2), name="images")
    a = L.GlobalAveragePooling2D(keepdims=True)(x)
    b = L.GlobalMaxPooling2D(keepdims=True)(x)
    x = L.Multiply()([x, L.Conv2D(2, 1, activation="hard_sigmoid")(a)])
    x = keras.ops.add(x, b)
    x = L.GlobalAveragePooling1D(keepdims=True)(L.Reshape((24, 2))(x))
    return keras.Model(inputs, L.Flatten()(x), name="pooled")


def half():
    """Weights of half precision, and layers that compute in mixed precision."""
    return keras.Sequential(
        [
            keras.Input((4,)),
            L.Dense(3, dtype="float16", name="half"),
            L.Dense(2, dtype="mixed_bfloat16", name="mixed"),
        ],
        name="half",
    )


def keras2(folder, random):
    """
    A file as Keras 2 wrote it, made by hand: names with slashes and ":0", inputs of layers as lists, and its
    hard_sigmoid, max(0, min(1, 0.2 x + 0.5)), which Keras 3 doesn't have.
    """

    def layer(kind, name, config, inputs):
        config = {"name": name, "trainable": True, "dtype": "float32", **config}
        return {"class_name": kind, "name": name, "config": config, "inbound_nodes": [[[x, 0, 0, {}] for x in inputs]]}

    def dense(name, units, activation, source):
        glorot = {"class_name": "GlorotUniform", "config": {"seed": None}}
        config = {"units": units, "activation": activation, "use_bias": True, "kernel_initializer": glorot}
        return layer("Dense", name, {**config, "kernel_regularizer": None}, [source])

    start = layer("InputLayer", "input_1", {"batch_input_shape": [None, 4], "sparse": False, "ragged": False}, [])
    start["inbound_nodes"] = []
    config = {
        "name": "model",
        "layers": [
            start,
            dense("scope/first", 3, "linear", "input_1"),
            layer("LeakyReLU", "leaky", {"alpha": 0.25}, ["scope/first"]),
            dense("scope/second", 3, "hard_sigmoid", "leaky"),
            layer("Add", "sum", {}, ["scope/second", "leaky"]),
        ],
        "input_layers": [["input_1", 0, 0]],
        "output_layers": [["sum", 0, 0]],
    }
    kernels = [random.normal(0, 1, shape).astype("float32") for shape in ((4, 3), (3, 3))]
    biases = [random.normal(0, 1, 3).astype("float32") for _ in range(2)]
    path = folder / "keras2.h5"
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.11.0"
        file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": config})
        group = file.create_group("model_weights")
        names = [entry["name"] for entry in config["layers"]]
        group.attrs["layer_names"] = [name.encode() for name in names]
        for name in names:
            inner = group.create_group(name)
            inner.attrs["weight_names"] = []
        for name, kernel, bias in zip(("scope/first", "scope/second"), kernels, biases):
            inner = group[name]
            weights = {f"{name}/kernel:0": kernel, f"{name}/bias:0": bias}
            inner.attrs["weight_names"] = [weight.encode() for weight in weights]
            for weight, values in weights.items():
                inner[weight] = values
    x = random.normal(0, 1.5, (EXAMPLES, 4)).astype(np.float16).astype("float64")
    y = x @ kernels[0] + biases[0]
    y = np.where(y > 0, y, 0.25 * y)
    z = np.clip(0.2 * (y @ kernels[1] + biases[1]) + 0.5, 0, 1)
    return {
        "inputs": [{**numbers(x), "dtype": "float32"}],
        "outputs": [numbers(y + z)],
        "files": {"h5": text(path.read_bytes())},
    }


def randomize(model, random):
    """Random values everywhere; variances and factors of normalizations stay above 0."""
    for variable in model.variables:
        if "seed" in variable.path or "int" in str(variable.dtype):
            continue
        values = random.uniform(-0.8, 0.8, variable.shape)
        if any(part in variable.path for part in ("variance", "gamma")):
            values = np.abs(values) + 0.3
        variable.assign(values.astype(np.float16))


def numbers(array):
    array = np.asarray(array)
    return {"shape": list(array.shape), "values": [float(f"{v:.9g}") for v in array.astype(float).ravel()]}


def files(model, folder):
    for ending in (".keras", ".h5"):
        path = folder / f"model{ending}"
        model.save(path)
        yield ending[1:], path.read_bytes()


def deflated(packed, folder):
    """The same archive with compressed entries, as other tools write it."""
    path, source = folder / "deflated.keras", folder / "model.keras"
    source.write_bytes(packed)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return path.read_bytes()


def text(content):
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


def record(make, random, folder):
    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    model = make()
    randomize(model, random)
    inputs = []
    for tensor in model.inputs:
        shape = [EXAMPLES, *tensor.shape[1:]]
        words = tensor.dtype == "int32"
        inputs.append(random.integers(0, 7, shape) if words else random.normal(0, 1.5, shape).astype(np.float16))
    dtypes = [tensor.dtype for tensor in model.inputs]
    outputs = model([tf.constant(x.astype(dtype)) for x, dtype in zip(inputs, dtypes)], training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    saved = dict(files(model, folder))
    if make is mlp:
        saved["deflated"] = deflated(saved["keras"], folder)
    return {
        "inputs": [{**numbers(x), "dtype": dtype} for x, dtype in zip(inputs, dtypes)],
        "outputs": [numbers(tf.cast(y, "float32")) for y in outputs],
        "files": {ending: text(content) for ending, content in saved.items()},
    }


def main():
    random = np.random.default_rng(13)
    makers = [cnn, mlp, recurrent, attention, nested, activations, blocks, masked, pooled, half]
    with tempfile.TemporaryDirectory() as name:
        models = {make.__name__: record(make, random, Path(name)) for make in makers}
        models["keras2"] = keras2(Path(name), random)
    golden = {
        "versions": {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__},
        "models": models,
    }
    path = Path(__file__).parent.parent / "golden" / "keras_files.json"
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    for model, content in models.items():
        print(model, {ending: len(data) for ending, data in content["files"].items()})


main()
