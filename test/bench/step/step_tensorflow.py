"""TensorFlow's training steps, each one tf.function: python step_tensorflow.py FILE.

Written for speed, as the floor: fused batch normalization, FakeQuant ops, an unrolled LSTM (faster here than
Keras' loop), and TensorFlow's own Adam op.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from peer import batches, read, say, serve  # noqa: E402

try:
    import tensorflow as tf
except ImportError as error:
    say({"skipped": str(error)})
    sys.exit()

tf.config.threading.set_intra_op_parallelism_threads(2)
tf.config.threading.set_inter_op_parallelism_threads(2)
learning_rate, cases = read(sys.argv[1])


def per_tensor(x, low, high):
    return tf.quantization.fake_quant_with_min_max_vars(x, low, high, num_bits=4)


def per_channel(x, low, high):
    return tf.quantization.fake_quant_with_min_max_vars_per_channel(
        x, low, high, num_bits=4, narrow_range=True
    )


def lsq(quantize):
    """The gradient for the scale is rounding's inside the range, and that of the end outside."""

    def quantized(x, scale, steps):
        @tf.custom_gradient
        def op(x, scale):
            with tf.GradientTape() as tape:
                ends = [step * scale for step in steps]
                tape.watch([x, ends])
                y = quantize(x, *ends)

            def gradient(dy):
                dx, below, above = tape.gradient(y, [x, *ends], dy)
                inside = tf.reduce_sum(dx * (y - x), range(x.ndim - scale.ndim)) / scale
                terms = x.shape.num_elements() / scale.shape.num_elements()
                factor = 1 / (terms * steps[1]) ** 0.5
                return dx, factor * (inside + below * steps[0] + above * steps[1])

            return y, gradient

        return op(x, scale)

    return quantized


class Net:
    """A case's variables, and the operations on them that its network is written in."""

    def __init__(self, case):
        self.qat = case["qat"]
        self.learned = case.get("estimator") == "lsq"
        self.ranges, self.variables, self.trained = {}, {}, []
        for layer, parts in case["layers"].items():
            for name, part in parts.items():
                if isinstance(part, dict):
                    self.add_range(layer, name, part)
                    continue
                trained = not name.startswith("moving_")
                self.variables[layer, name] = tf.Variable(part, trainable=trained)
                if trained:
                    self.trained.append(self.variables[layer, name])

    def add_range(self, layer, name, part):
        layer = "input" if layer.endswith("_input_quantized") else layer
        shape = [] if name == "activations" else [-1]
        ends = [tf.reshape(tf.constant(part[end], tf.float32), shape) for end in ("min", "max")]
        steps = [-7, 7] if name == "weights" else [0, 15]
        if self.learned:
            scale = tf.Variable(ends[1] / steps[1])
            self.trained.append(scale)
            self.ranges[layer, name] = [scale, steps]
        else:
            self.ranges[layer, name] = [tf.Variable(end, trainable=False) for end in ends]

    def kernel(self, layer, name="kernel"):
        kernel = self.variables[layer, name]
        if not self.qat:
            return kernel
        low, high = self.ranges[layer, "weights"]
        rows = tf.reshape(kernel, [-1, low.shape[0]])
        quantize = lsq(per_channel) if self.learned else per_channel
        return tf.reshape(quantize(rows, low, high), kernel.shape)

    def quantize(self, x, layer):
        if not self.qat:
            return x
        quantize = lsq(per_tensor) if self.learned else per_tensor
        return quantize(x, *self.ranges[layer, "activations"])

    def conv(self, x, layer, padding="VALID"):
        return tf.nn.conv2d(x, self.kernel(layer), 1, padding)

    def depthwise(self, x, layer):
        kernel = self.kernel(layer, "depthwise_kernel")
        return tf.nn.depthwise_conv2d(x, kernel, [1, 1, 1, 1], "SAME")

    def bias(self, x, layer):
        return tf.nn.bias_add(x, self.variables[layer, "bias"])

    def dense(self, x, layer):
        return self.bias(tf.matmul(x, self.kernel(layer)), layer)

    def normalize(self, x, layer):
        part = {name: v for (of, name), v in self.variables.items() if of == f"{layer}_bn"}
        y, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            x, part["gamma"], part["beta"], epsilon=1e-3, is_training=True
        )
        part["moving_mean"].assign_add((mean - part["moving_mean"]) * 0.1)
        part["moving_variance"].assign_add((variance - part["moving_variance"]) * 0.1)
        return y


def pool(x):
    return tf.nn.max_pool2d(x, 2, 2, "VALID")


def flatten(x):
    return tf.reshape(x, [x.shape[0], -1])


def mnist(net, x):
    x = net.quantize(x, "input")
    for layer in ("conv1", "conv2"):
        x = net.quantize(tf.nn.relu(net.bias(net.conv(x, layer), layer)), layer)
        x = pool(x)
    x = net.quantize(tf.nn.relu(net.dense(flatten(x), "dense")), "dense")
    return net.dense(x, "logits")


def digits(net, x):
    """In QAT, batch normalization is folded into the convolutions."""

    def activate(x, layer):
        x = net.bias(x, layer) if net.qat else net.normalize(x, layer)
        return net.quantize(tf.nn.relu(x), f"{layer}_relu")

    x = net.quantize(x, "input")
    x = pool(activate(net.conv(x, "conv", "SAME"), "conv"))
    x = activate(net.depthwise(x, "depthwise"), "depthwise")
    x = pool(activate(net.conv(x, "pointwise"), "pointwise"))
    return net.dense(flatten(x), "logits")


def lstm(net, x):
    recurrent = net.variables["lstm", "recurrent_kernel"]
    h = c = tf.zeros([x.shape[0], recurrent.shape[0]])
    for now in tf.unstack(x, axis=1):
        kernel = net.variables["lstm", "kernel"]
        z = net.bias(tf.matmul(now, kernel) + tf.matmul(h, recurrent), "lstm")
        i, f, g, o = tf.split(z, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
    return net.dense(h, "logits")


def trainer(case):
    net = Net(case)
    forward = {"mnist": mnist, "digits": digits, "lstm": lstm}[case["net"]]
    moments = [[tf.Variable(tf.zeros_like(v)) for _ in range(2)] for v in net.trained]
    powers = [tf.Variable(beta) for beta in (0.9, 0.999)]

    @tf.function(jit_compile=False)
    def step(xs, ys):
        with tf.GradientTape() as tape:
            logits = forward(net, xs)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(ys, logits)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, net.trained)
        for variable, (m, v), gradient in zip(net.trained, moments, gradients, strict=True):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=m.handle,
                v=v.handle,
                beta1_power=powers[0],
                beta2_power=powers[1],
                lr=learning_rate,
                beta1=0.9,
                beta2=0.999,
                epsilon=1e-7,
                grad=gradient,
            )
        powers[0].assign(powers[0] * 0.9)
        powers[1].assign(powers[1] * 0.999)
        return loss

    return step, [(tf.constant(xs), tf.constant(ys)) for xs, ys in batches(case)]


serve(f"TensorFlow {tf.__version__}, tf.function without XLA", cases, trainer)
