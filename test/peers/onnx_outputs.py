"""Functions of the programs that run exported files in ONNX Runtime: a checked file, and its outputs for inputs."""

import numpy
import onnx
import onnxruntime

onnxruntime.set_default_logger_severity(3)


def session(content, optimized=None):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    if optimized:
        options.optimized_model_filepath = str(optimized)
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def checked(path):
    content = path.read_bytes()
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    return content


def outputs(content, inputs):
    model = session(content)
    specs = zip(model.get_inputs(), inputs, strict=True)
    tensors = {
        spec.name: numpy.array(values["values"], "float32").reshape(values["shape"])
        for spec, values in specs
    }
    return model.run(None, tensors)
