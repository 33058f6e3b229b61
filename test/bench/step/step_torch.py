"""PyTorch's training steps, eager: python step_torch.py FILE [channels_last | observing].

Images are laid out as PyTorch does by default, channel by channel; `channels_last` is the other layout,
which can be faster. QAT is `prepare_qat` of modules fused with their ReLU. Its ranges are fixed, as those of
`q.prepare` are: observers are off, the cheaper way; with `observing` they stay on, as `prepare_qat` leaves them. LSQ learns
scales by PyTorch's learnable op.
"""

import sys
import warnings

from peer import batches, read, say, serve

try:
    import torch
    from torch import nn
    from torch.ao import quantization as ao
    from torch.ao.quantization import observer
except ImportError as error:
    say({"skipped": str(error)})
    sys.exit()

warnings.filterwarnings("ignore", category=DeprecationWarning)
warnings.filterwarnings("ignore", category=FutureWarning)
torch.set_num_threads(2)
learning_rate, cases = read(sys.argv[1])
observing = "observing" in sys.argv[2:]
last = "channels_last" in sys.argv[2:]
memory_format = torch.channels_last if last else torch.contiguous_format


class Model(nn.Module):
    """The layers by name, between a quantizer of the input (a no-op until prepared) and the logits."""

    def __init__(self, **layers):
        super().__init__()
        self.input = ao.QuantStub()
        self.layers = nn.Sequential()
        for name, layer in layers.items():
            self.layers.add_module(name, layer)

    def forward(self, x):
        return self.layers(self.input(x))


class Lstm(nn.LSTM):
    """Gives the last step's output, as Keras' layer does."""

    def forward(self, x):
        return super().forward(x)[0][:, -1]


class Lsq(nn.Module):
    """Learned step size by PyTorch's own op, in the place of a FakeQuantize; the zero point stays."""

    def __init__(self, fixed):
        super().__init__()
        self.scale = nn.Parameter(fixed.scale.clone())
        self.register_buffer("zero_point", fixed.zero_point.float())
        self.ends = fixed.quant_min, fixed.quant_max
        self.axis = fixed.ch_axis

    def forward(self, x):
        # (PyTorch's own module multiplies by this, with the count of a tensor for its channels too.)
        factor = 1 / (x.numel() * self.ends[1]) ** 0.5
        if self.axis < 0:
            return torch._fake_quantize_learnable_per_tensor_affine(
                x, self.scale, self.zero_point, *self.ends, factor
            )
        return torch._fake_quantize_learnable_per_channel_affine(
            x, self.scale, self.zero_point, self.axis, *self.ends, factor
        )


def learn_scales(module):
    for name, part in module.named_children():
        if isinstance(part, ao.FakeQuantize):
            setattr(module, name, Lsq(part))
        else:
            learn_scales(part)


def mnist(_):
    return Model(
        conv1=nn.Conv2d(1, 16, 3),
        conv1_relu=nn.ReLU(),
        pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(16, 32, 3),
        conv2_relu=nn.ReLU(),
        pool2=nn.MaxPool2d(2),
        flatten=nn.Flatten(),
        dense=nn.Linear(800, 64),
        dense_relu=nn.ReLU(),
        logits=nn.Linear(64, 10),
    )


def digits(qat):
    """Before QAT, batch normalization is folded into the convolutions."""

    def convolution(name, channels, **options):
        yield name, nn.Conv2d(out_channels=channels, bias=qat, **options)
        if not qat:
            yield f"{name}_bn", nn.BatchNorm2d(channels, eps=1e-3, momentum=0.1)
        yield f"{name}_relu", nn.ReLU()

    return Model(
        **dict(convolution("conv", 8, in_channels=1, kernel_size=3, padding=1)),
        pool=nn.MaxPool2d(2),
        **dict(convolution("depthwise", 8, in_channels=8, kernel_size=3, padding=1, groups=8)),
        **dict(convolution("pointwise", 16, in_channels=8, kernel_size=1)),
        pool2=nn.MaxPool2d(2),
        flatten=nn.Flatten(),
        logits=nn.Linear(64, 10),
    )


def lstm(_):
    recurrent = Lstm(8, 16, batch_first=True)
    # Keras has one bias where PyTorch adds two.
    recurrent.bias_hh_l0.requires_grad_(False)
    return Model(lstm=recurrent, logits=nn.Linear(16, 10))


def load(model, case):
    """The first weights. Images are [channels, height, width] here, so dense rows change places."""
    image = {"mnist": [5, 5, 32], "digits": [2, 2, 16]}.get(case["net"])
    with torch.no_grad():
        for name, layer in model.layers.named_children():
            written = case["layers"].get(name, {}).items()
            part = {of: torch.from_numpy(v) for of, v in written if not isinstance(v, dict)}
            if isinstance(layer, nn.Conv2d):
                # [height, width, inputs, outputs], or [height, width, channels, 1].
                axes = (2, 3, 0, 1) if "depthwise_kernel" in part else (3, 2, 0, 1)
                kernel = part.get("depthwise_kernel", part.get("kernel"))
                layer.weight.copy_(kernel.permute(axes))
            elif isinstance(layer, nn.Linear):
                kernel = part["kernel"]
                if image:
                    kernel = kernel.reshape(*image, -1).permute(2, 0, 1, 3).flatten(0, 2)
                    image = None
                layer.weight.copy_(kernel.T)
            elif isinstance(layer, nn.LSTM):
                # Both order the gates input, forget, cell, output.
                layer.weight_ih_l0.copy_(part["kernel"].T)
                layer.weight_hh_l0.copy_(part["recurrent_kernel"].T)
                layer.bias_ih_l0.copy_(part["bias"])
                layer.bias_hh_l0.zero_()
            elif isinstance(layer, nn.BatchNorm2d):
                layer.weight.copy_(part["gamma"])
            # (An LSTM's `bias` is a flag.)
            if not isinstance(layer, nn.LSTM) and getattr(layer, "bias", None) is not None:
                layer.bias.copy_(part["beta" if "beta" in part else "bias"])


def prepare(model, case):
    """4-bit fake quantization, with the ranges that were found for `q.prepare`."""
    activations = ao.FakeQuantize.with_args(
        observer=observer.MovingAverageMinMaxObserver, quant_min=0, quant_max=15, dtype=torch.quint8
    )
    weights = ao.FakeQuantize.with_args(
        observer=observer.MovingAveragePerChannelMinMaxObserver,
        quant_min=-7,
        quant_max=7,
        dtype=torch.qint8,
        qscheme=torch.per_channel_symmetric,
    )
    model.qconfig = ao.QConfig(activation=activations, weight=weights)
    model.layers.logits.qconfig = ao.QConfig(activation=nn.Identity, weight=weights)
    names = [name for name, _ in model.layers.named_children()]
    pairs = [
        [f"layers.{name}", f"layers.{name}_relu"] for name in names if f"{name}_relu" in names
    ]
    ao.fuse_modules_qat(model, pairs, inplace=True)
    ao.prepare_qat(model, inplace=True)

    layers = case["layers"]
    [quantized] = [parts for name, parts in layers.items() if name.endswith("_input_quantized")]
    set_range(model.input.activation_post_process, quantized["activations"], 15)
    for name, layer in model.layers.named_children():
        if not hasattr(layer, "weight_fake_quant"):
            continue
        set_range(layer.weight_fake_quant, layers[name]["weights"], 14)
        if name != "logits":
            output = layers.get(f"{name}_relu", layers[name])["activations"]
            set_range(layer.activation_post_process, output, 15)
    if not observing:
        model.apply(ao.disable_observer)
    if case.get("estimator") == "lsq":
        learn_scales(model)


def set_range(fake_quantize, ends, steps):
    low, high = torch.tensor(ends["min"]), torch.tensor(ends["max"])
    scale = (high - low) / steps
    symmetric = fake_quantize.qscheme == torch.per_channel_symmetric
    zero = torch.zeros_like(scale) if symmetric else torch.round(-low / scale)
    fake_quantize.scale.resize_(scale.shape).copy_(scale)
    fake_quantize.zero_point.resize_(scale.shape).copy_(zero)


def tensors(xs, ys):
    xs = torch.from_numpy(xs)
    if xs.ndim == 4:
        # Not `contiguous()`: with a single channel, the strides of both layouts pass for either.
        xs = xs.permute(0, 3, 1, 2).clone(memory_format=memory_format)
    return xs, torch.from_numpy(ys).long()


def trainer(case):
    model = {"mnist": mnist, "digits": digits, "lstm": lstm}[case["net"]](case["qat"])
    load(model, case)
    model.train().to(memory_format=memory_format)
    if case["qat"]:
        prepare(model, case)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=learning_rate, eps=1e-7)
    loss_of = nn.CrossEntropyLoss()

    def step(xs, ys):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(xs), ys)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step, [tensors(xs, ys) for xs, ys in batches(case)]


config = torch.__config__.show().splitlines()
libraries = [line.strip(" -") for line in config if "Math Kernel" in line or "MKL-DNN" in line]
threads = f"{torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}"
build = ", ".join([f"PyTorch {torch.__version__}", threads, *libraries])
serve(build, cases, trainer)
