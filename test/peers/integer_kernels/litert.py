"""Writes a case as a .tflite model of one op, and runs it by LiteRT's resolvers."""

import flatbuffers
import numpy
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from .draws import codes_of, dtypes, scales_of

resolvers = {
    "xnnpack": OpResolverType.AUTO,
    "tflite-reference": OpResolverType.BUILTIN_REF,
    "tflite-optimized": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
}
types = {
    "int8": schema.TensorType.INT8,
    "int16": schema.TensorType.INT16,
    "int32": schema.TensorType.INT32,
    "int64": schema.TensorType.INT64,
}
activations = {
    "none": schema.ActivationFunctionType.NONE,
    "relu": schema.ActivationFunctionType.RELU,
    "relu6": schema.ActivationFunctionType.RELU6,
    "reluN1To1": schema.ActivationFunctionType.RELU_N1_TO_1,
}


def options(kind, **fields):
    """An options table, and its number in the union."""
    table = getattr(schema, f"{kind}T")()
    for name, value in fields.items():
        assert hasattr(table, name), (kind, name)
        setattr(table, name, value)
    return getattr(schema.BuiltinOptions, kind), table


def window(op):
    padding = {"same": schema.Padding.SAME, "valid": schema.Padding.VALID}[op["padding"]]
    fields = {"strideH": op["strides"][0], "strideW": op["strides"][1], "padding": padding}
    if "dilations" in op:
        fields |= {"dilationHFactor": op["dilations"][0], "dilationWFactor": op["dilations"][1]}
    return fields


def operator(case):
    """The operator's name, version, options, inputs, and the constants that come behind the case's tensors."""
    op, tensors = case["op"], case["tensors"]
    kind, inputs = op["type"], list(op["inputs"])
    wide = tensors[inputs[0]]["type"] == "int16"
    activation = {"fusedActivationFunction": activations[op.get("activation", "none")]}
    output = tensors[op["output"]]
    constant = lambda values: [numpy.array(values, "<i4")]
    behind = len(tensors)
    if kind == "conv2d":
        return "CONV_2D", 3, options("Conv2DOptions", **window(op), **activation), inputs, []
    if kind == "depthwiseConv2d":
        fields = {**window(op), **activation, "depthMultiplier": op["multiplier"]}
        return "DEPTHWISE_CONV_2D", 3, options("DepthwiseConv2DOptions", **fields), inputs, []
    if kind == "transposedConv2d":
        fields = {**window(op), **activation}
        shape = constant(output["shape"])
        inputs = [behind, inputs[1], inputs[0], *inputs[2:]]
        return "TRANSPOSE_CONV", 4, options("TransposeConvOptions", **fields), inputs, shape
    if kind == "fullyConnected":
        per_channel = len(scales_of(tensors[inputs[1]])) > 1
        fields = {**activation, "keepNumDims": len(output["shape"]) > 2}
        version = 12 if per_channel else 7 if wide else 4
        return "FULLY_CONNECTED", version, options("FullyConnectedOptions", **fields), inputs, []
    if kind in ("maxPool2d", "averagePool2d"):
        name = {"maxPool2d": "MAX_POOL_2D", "averagePool2d": "AVERAGE_POOL_2D"}[kind]
        fields = {**window(op), **activation, "filterHeight": op["size"][0], "filterWidth": op["size"][1]}
        return name, 3 if wide else 2, options("Pool2DOptions", **fields), inputs, []
    if kind == "add":
        return "ADD", 2, options("AddOptions", **activation), inputs, []
    if kind == "subtract":
        return "SUB", 3, options("SubOptions", **activation), inputs, []
    if kind == "multiply":
        return "MUL", 2, options("MulOptions", **activation), inputs, []
    if kind in ("maximum", "minimum"):
        return kind.upper(), 2, options("MaximumMinimumOptions"), inputs, []
    if kind == "concatenate":
        return "CONCATENATION", 2, options("ConcatenationOptions", axis=op["axis"], **activation), inputs, []
    if kind == "mean":
        fields = options("ReducerOptions", keepDims=op["keepDims"])
        return "MEAN", 2, fields, [*inputs, behind], constant(op["axes"])
    if kind == "reshape":
        fields = options("ReshapeOptions", newShape=output["shape"])
        return "RESHAPE", 1, fields, [*inputs, behind], constant(output["shape"])
    if kind == "pad":
        return "PAD", 2, options("PadOptions"), [*inputs, behind], constant(op["paddings"])
    if kind == "slice":
        constants = constant(op["begin"]) + constant(output["shape"])
        return "SLICE", 2, options("SliceOptions"), [*inputs, behind, behind + 1], constants
    if kind == "resizeNearest":
        fields = options("ResizeNearestNeighborOptions")
        return "RESIZE_NEAREST_NEIGHBOR", 2, fields, [*inputs, behind], constant(output["shape"][1:3])
    if kind == "transpose":
        return "TRANSPOSE", 2, options("TransposeOptions"), [*inputs, behind], constant(op["order"])
    if kind == "reverse":
        return "REVERSE_V2", 3, options("ReverseV2Options"), [*inputs, behind], constant([op["axis"]])
    if kind == "softmax":
        return "SOFTMAX", 2, options("SoftmaxOptions", beta=1.0), inputs, []
    if kind == "table":
        return {
            "sigmoid": ("LOGISTIC", 2, (0, None), inputs, []),
            "tanh": ("TANH", 2, (0, None), inputs, []),
            "gelu": ("GELU", 2, options("GeluOptions", approximate=False), inputs, []),
            "exp": ("EXP", 2, options("ExpOptions"), inputs, []),
        }[op["function"]]
    if kind == "hardSwish":
        return "HARD_SWISH", 1, options("HardSwishOptions"), inputs, []
    if kind == "leakyRelu":
        return "LEAKY_RELU", 2, options("LeakyReluOptions", alpha=op["alpha"]), inputs, []
    if kind == "relu":
        name = {"relu": "RELU", "relu6": "RELU6", "reluN1To1": "RELU_N1_TO_1"}[op["activation"]]
        return name, 1 if name == "RELU_N1_TO_1" else 2, (0, None), inputs, []
    if kind == "quantize":
        return "QUANTIZE", 2, options("QuantizeOptions"), inputs, []
    if kind == "gather":
        return "GATHER", 2, options("GatherOptions", axis=0), inputs[::-1], []
    if kind == "batchMatMul":
        return "BATCH_MATMUL", 3, options("BatchMatMulOptions", adjY=op["transposeB"]), inputs, []
    if kind == "lstm":
        return "UNIDIRECTIONAL_SEQUENCE_LSTM", 3, lstm_options(), lstm_inputs(inputs), []
    raise ValueError(kind)


def tensor_of(tensor, buffer, name):
    result = schema.TensorT()
    result.shape = list(tensor["shape"])
    result.type = types[tensor["type"]]
    result.buffer = buffer
    result.name = name
    scales = scales_of(tensor)
    if len(scales):
        quantization = schema.QuantizationParametersT()
        quantization.scale = [float(scale) for scale in scales]
        points = tensor.get("zeroPoint", [0])
        quantization.zeroPoint = points if len(points) == len(scales) else points * len(scales)
        quantization.quantizedDimension = tensor.get("axis", 0)
        result.quantization = quantization
    return result


def model_of(case):
    """The bytes of a .tflite model."""
    name, version, (union, table), inputs, constants = operator(case)
    model = schema.ModelT()
    model.version = 3
    model.buffers = [schema.BufferT()]
    graph = schema.SubGraphT()
    graph.tensors = []

    def add(tensor, codes):
        buffer = 0
        if codes is not None:
            buffer = len(model.buffers)
            model.buffers.append(schema.BufferT())
            model.buffers[-1].data = list(codes.tobytes())
        graph.tensors.append(tensor_of(tensor, buffer, f"t{len(graph.tensors)}"))

    for index, tensor in enumerate(case["tensors"]):
        add(tensor, None if index in case["inputs"] else codes_of(tensor))
    for values in constants:
        add({"shape": values.shape, "type": "int32"}, values)
    code = schema.OperatorCodeT()
    code.builtinCode = getattr(schema.BuiltinOperator, name)
    code.deprecatedBuiltinCode = min(code.builtinCode, 127)
    code.version = version
    step = schema.OperatorT()
    step.inputs, step.outputs = inputs, [case["op"]["output"]]
    step.builtinOptionsType, step.builtinOptions = union, table
    extend = extensions.get(case["op"]["type"])
    if extend:
        extend(case, graph, step, add)
    graph.inputs, graph.outputs, graph.operators = case["inputs"], step.outputs, [step]
    model.operatorCodes, model.subgraphs = [code], [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def lstm_options():
    activation = schema.ActivationFunctionType.TANH
    return options("UnidirectionalSequenceLSTMOptions", fusedActivationFunction=activation)


def lstm_inputs(inputs):
    """LiteRT's 24 inputs: -1 for those that are left out, and for the states until they are added."""
    return [*inputs[:9], -1, -1, -1, *inputs[9:], -1, -1, -1, -1, -1, -1, -1, -1]


def extend_lstm(case, graph, step, add):
    """Adds the states and the scales of values within."""
    output = case["tensors"][case["op"]["output"]]
    units = output["shape"][2]
    step.inputs[18] = len(graph.tensors)
    add({**output, "shape": [1, units]}, None)
    step.inputs[19] = len(graph.tensors)
    cell = {"shape": [1, units], "type": "int16", "scale": [2.0 ** case["op"]["cellExponent"]]}
    add(cell, None)
    for tensor in graph.tensors[-2:]:
        tensor.isVariable = True
    step.intermediates = []
    gate = {"shape": [], "type": "int16", "scale": [2.0**-12]}
    for tensor in (gate, gate, gate, gate, {**output, "shape": []}):
        step.intermediates.append(len(graph.tensors))
        add(tensor, None)


extensions = {"lstm": extend_lstm}


def run(case, kernel):
    """The codes that a resolver computes."""
    interpreter = Interpreter(
        model_content=model_of(case),
        experimental_op_resolver_type=resolvers[kernel],
        num_threads=1,
    )
    interpreter.allocate_tensors()
    for index, detail in zip(case["inputs"], interpreter.get_input_details()):
        interpreter.set_tensor(detail["index"], codes_of(case["tensors"][index]))
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
