import type { Conv2dOp, IntegerProgram, TableFunction } from "../../../src/integer/index.js";
import { type ActivationGrid, type OpWithoutPlace, ProgramBuilder } from "./builder.js";

/** A program with the codes of its inputs. */
export interface Case {
  name: string;
  program: IntegerProgram;
  inputs: Int8Array[];
}

/** A program with inputs: random codes, or the zero point everywhere. */
function caseOf(builder: ProgramBuilder, name: string, outputs: number[], atZero = false): Case {
  const program = builder.program(name, outputs);
  const inputs = program.inputs.map((index) => {
    const { shape, smallest, largest, zeroPoint } = program.tensors[index]!;
    const length = shape.reduce((product, n) => product * n, 1);
    return Int8Array.from({ length }, () =>
      atZero ? zeroPoint[0]! : builder.integer(smallest, largest),
    );
  });
  return { name, program, inputs };
}

type ConvolutionOptions = Partial<Omit<Conv2dOp, "layer" | "inputs" | "output" | "type">> & {
  kernel?: [number, number];
  channels?: number;
  output?: ActivationGrid;
  depthwise?: boolean;
  bits?: number;
};

const plain = {
  strides: [1, 1],
  dilations: [1, 1],
  padding: "same",
  activation: "none",
} as const;

/** A convolution of an image 7 × 6 with 5 channels. */
function convolution(name: string, seed: number, options: ConvolutionOptions = {}): Case {
  const { kernel = [3, 3], channels = 6, output, depthwise = false, bits = 8, ...op } = options;
  const b = new ProgramBuilder(seed);
  const x = b.input([1, 7, 6, 5]);
  const weights = depthwise
    ? b.weights([1, ...kernel, 5 * 2], { axis: 3, bits })
    : b.weights([channels, ...kernel, 5], { axis: 0, bits });
  const filled = { ...plain, ...op };
  const [height, width] = [7, 6].map((size, i) => {
    const reach = (kernel[i]! - 1) * filled.dilations[i]! + 1;
    const inside = filled.padding === "same" ? size : size - reach + 1;
    return Math.ceil(inside / filled.strides[i]!);
  }) as [number, number];
  const y = b.activation([1, height, width, depthwise ? 10 : channels], output);
  const type = depthwise
    ? ({ type: "depthwiseConv2d", multiplier: 2 } as const)
    : ({ type: "conv2d" } as const);
  b.op({ ...filled, ...type }, [x, weights, b.bias(x, weights)], y);
  return caseOf(b, name, [y]);
}

/** Biases for which the sum times the multiplier lies as near to a half as an integer can bring it. */
function nearHalves(b: ProgramBuilder, multipliers: readonly number[]): Int32Array {
  return Int32Array.from(multipliers, (multiplier) => {
    let nearest = { distance: 1, bias: 0 };
    for (let i = 0; i < 40; i++) {
      const half = b.integer(-120, 119) + 0.5;
      const bias = Math.round(half / multiplier);
      const distance = Math.abs(bias * multiplier - half);
      if (distance < nearest.distance) nearest = { distance, bias };
    }
    return nearest.bias;
  });
}

/** A layer whose input is the zero point, so that the sums are biases next to halves. */
function adversarial(
  name: "conv2d" | "depthwiseConv2d" | "fullyConnected",
  channels: number,
): Case {
  const b = new ProgramBuilder(channels);
  const isDense = name === "fullyConnected";
  const inputs = name === "depthwiseConv2d" ? channels : 2;
  const x = b.input(isDense ? [1, inputs] : [1, 1, 1, inputs]);
  const weights =
    name === "depthwiseConv2d"
      ? b.weights([1, 1, 1, channels], { axis: 3 })
      : b.weights(isDense ? [channels, inputs] : [channels, 1, 1, inputs], { axis: 0 });
  const grid = { zeroPoint: 0 };
  const y = b.activation(isDense ? [1, channels] : [1, 1, 1, channels], grid);
  const factors = Array.from(
    b.tensors[weights]!.scale,
    (scale) => (b.tensors[x]!.scale[0]! * scale) / b.tensors[y]!.scale[0]!,
  );
  const bias = b.bias(x, weights, nearHalves(b, factors));
  const op: OpWithoutPlace = isDense
    ? { type: name, activation: "none" }
    : { ...plain, type: name as "depthwiseConv2d", multiplier: 1 };
  b.op(op, [x, weights, bias], y);
  return caseOf(b, `adversarial ${name}`, [y], true);
}

function dense(name: string, seed: number, shape = [1, 30], output: ActivationGrid = {}): Case {
  const b = new ProgramBuilder(seed);
  const x = b.input(shape);
  const weights = b.weights([12, shape.at(-1)!], { axis: 0 });
  const y = b.activation([...shape.slice(0, -1), 12], output);
  b.op({ type: "fullyConnected", activation: "relu" }, [x, weights, b.bias(x, weights)], y);
  return caseOf(b, name, [y]);
}

/** An op of one input. */
function single(
  name: string,
  op: OpWithoutPlace,
  { from = [1, 4, 5, 3], to = from, same = false, output }: SingleOptions = {},
): Case {
  const b = new ProgramBuilder(7);
  const x = b.input(from);
  const { scale, zeroPoint } = b.tensors[x]!;
  const grid = same ? { scale: scale[0]!, zeroPoint: zeroPoint[0]! } : output;
  return caseOf(b, name, [b.op(op, [x], b.activation(to, grid))]);
}

interface SingleOptions {
  from?: number[];
  to?: number[];
  same?: boolean;
  output?: ActivationGrid;
}

/** An op of two inputs, which lie on the output's grid if the op compares codes. */
function double(
  name: string,
  op: OpWithoutPlace,
  shapes: number[][],
  { to = shapes[0]!, compares = false }: { to?: number[]; compares?: boolean } = {},
): Case {
  const b = new ProgramBuilder(11);
  const grid = { scale: 0.09, zeroPoint: -4 };
  const inputs = shapes.map((shape) => b.input(shape, compares ? grid : undefined));
  return caseOf(b, name, [b.op(op, inputs, b.activation(to, grid))]);
}

/** Two inputs on the grid of the output. */
function concatenation(): Case {
  const b = new ProgramBuilder(13);
  const grid = { scale: 0.03, zeroPoint: 5 };
  const inputs = [2, 3].map((channels) => b.input([1, 4, 5, channels], grid));
  const y = b.activation([1, 4, 5, 5], grid);
  return caseOf(b, "concatenate", [b.op({ type: "concatenate", axis: 3 }, inputs, y)]);
}

/** A slope for each channel, below 0. */
function slopes(): Case {
  const b = new ProgramBuilder(23);
  const x = b.input([1, 4, 5, 6]);
  const alphas = b.weights([1, 1, 1, 6]);
  const { scale } = b.tensors[x]!;
  const y = b.activation([1, 4, 5, 6], { scale: scale[0]! * 1.2, zeroPoint: -8 });
  return caseOf(b, "prelu", [b.op({ type: "prelu" }, [x, alphas], y)]);
}

function transposed(name: string, padding: "same" | "valid", kernel: number): Case {
  const b = new ProgramBuilder(17);
  const x = b.input([1, 4, 5, 3]);
  const weights = b.weights([6, kernel, kernel, 3], { axis: 0 });
  const size = (n: number) => (padding === "same" ? n * 2 : (n - 1) * 2 + kernel);
  const y = b.activation([1, size(4), size(5), 6]);
  const op = { type: "transposedConv2d", strides: [2, 2], padding, activation: "none" } as const;
  return caseOf(b, name, [b.op(op, [x, weights, b.bias(x, weights)], y)]);
}

/** A small network: a head without quantization behind convolutions, pooling and a flattening. */
function network(name: string, bits = 8): Case {
  const b = new ProgramBuilder(19);
  const layer = (x: number, weights: number, shape: number[], op: OpWithoutPlace, zero = -128) =>
    b.op(
      op,
      [x, weights, b.bias(x, weights)],
      b.activation(shape, { scale: 0.04, zeroPoint: zero }),
    );
  const x = b.input([1, 8, 8, 2], { scale: 1 / 128, zeroPoint: 0 });
  const first = b.weights([6, 3, 3, 2], { axis: 0, bits });
  const convolved = layer(x, first, [1, 8, 8, 6], { ...plain, type: "conv2d", activation: "relu" });
  const second = b.weights([1, 3, 3, 6], { axis: 3, bits });
  const depthwise = layer(
    convolved,
    second,
    [1, 8, 8, 6],
    {
      ...plain,
      type: "depthwiseConv2d",
      multiplier: 1,
    },
    3,
  );
  const sum = b.activation([1, 8, 8, 6], { scale: 0.06, zeroPoint: -10 });
  b.op({ type: "add", activation: "none" }, [convolved, depthwise], sum);
  const pooled = b.activation([1, 4, 4, 6], { scale: 0.06, zeroPoint: -10 });
  const window = { size: [2, 2], strides: [2, 2], padding: "valid", activation: "none" } as const;
  b.op({ type: "maxPool2d", ...window }, [sum], pooled);
  const flat = b.activation([1, 96], { scale: 0.06, zeroPoint: -10 });
  b.op({ type: "reshape" }, [pooled], flat);
  const head = b.weights([10, 96], { axis: 0, bits });
  const bias = b.bias(flat, head);
  const { scale, zeroPoint } = b.tensors[bias]!;
  const logits = b.add({
    name: "logits",
    shape: [1, 10],
    type: "int32",
    smallest: -(2 ** 31),
    largest: 2 ** 31 - 1,
    scale,
    zeroPoint,
    axis: 1,
  });
  b.op({ type: "fullyConnected", activation: "none" }, [flat, head, bias], logits);
  return caseOf(b, name, [logits]);
}

/** Programs whose codes ONNX Runtime computes exactly as XNNPACK's arithmetic does. */
export function exactCases(): Case[] {
  return [
    convolution("conv2d", 1),
    convolution("conv2d valid, strides 2", 2, { padding: "valid", strides: [2, 2] }),
    convolution("conv2d same, strides 2, relu", 3, { strides: [2, 2], activation: "relu" }),
    convolution("conv2d relu6", 4, {
      activation: "relu6",
      output: { scale: 0.06, zeroPoint: -40 },
    }),
    convolution("conv2d dilations 2", 5, { dilations: [2, 2] }),
    convolution("conv2d kernel 1 × 2", 6, { kernel: [1, 2], strides: [2, 1] }),
    convolution("conv2d to 4 bits", 7, {
      output: { scale: 0.2, zeroPoint: 3, smallest: 0, largest: 15 },
    }),
    convolution("depthwiseConv2d", 8, { depthwise: true }),
    convolution("depthwiseConv2d strides 2", 9, { depthwise: true, strides: [2, 2] }),
    dense("fullyConnected", 10),
    dense("fullyConnected of sequences", 11, [1, 4, 9]),
    adversarial("conv2d", 1024),
    adversarial("depthwiseConv2d", 1000),
    adversarial("fullyConnected", 1100),
    single(
      "maxPool2d",
      { type: "maxPool2d", size: [2, 2], strides: [2, 2], padding: "same", activation: "none" },
      { to: [1, 2, 3, 3], same: true },
    ),
    concatenation(),
    single("reshape", { type: "reshape" }, { to: [1, 60], same: true }),
    single(
      "pad",
      {
        type: "pad",
        paddings: [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ],
      },
      { to: [1, 7, 6, 3], same: true },
    ),
    single("slice", { type: "slice", begin: [0, 1, 2, 1] }, { to: [1, 3, 2, 2], same: true }),
    single(
      "resizeNearest",
      { type: "resizeNearest", factors: [2, 3] },
      { to: [1, 8, 15, 3], same: true },
    ),
    single(
      "transpose",
      { type: "transpose", order: [0, 2, 3, 1] },
      { to: [1, 5, 3, 4], same: true },
    ),
    single("reverse", { type: "reverse", axis: 1 }, { from: [1, 6, 4], same: true }),
    network("network"),
    network("network of 4 bits", 4),
  ];
}

const functions: TableFunction[] = [
  "sigmoid",
  "tanh",
  "gelu",
  "exp",
  "elu",
  "selu",
  "softplus",
  "softsign",
  "swish",
  "hardSigmoid",
  "mish",
];

/** Programs whose ops ONNX Runtime computes in another way, in float or by other formulas. */
export function otherCases(): Case[] {
  const image = [1, 4, 5, 3];
  const wide = { from: [1, 256], output: { scale: 0.02, zeroPoint: -60 } };
  return [
    ...(["add", "subtract", "multiply"] as const).map((type) =>
      double(type, { type, activation: "none" }, [image, image]),
    ),
    ...(["maximum", "minimum"] as const).map((type) =>
      double(type, { type, activation: "none" }, [image, image], { compares: true }),
    ),
    double("add with broadcasting", { type: "add", activation: "relu" }, [
      [1, 4, 5, 3],
      [1, 1, 1, 3],
    ]),
    double(
      "batchMatMul",
      { type: "batchMatMul", transposeB: false },
      [
        [1, 2, 4, 5],
        [1, 2, 5, 3],
      ],
      { to: [1, 2, 4, 3] },
    ),
    double(
      "batchMatMul transposed",
      { type: "batchMatMul", transposeB: true },
      [
        [1, 4, 5],
        [1, 3, 5],
      ],
      { to: [1, 4, 3] },
    ),
    single(
      "averagePool2d",
      { type: "averagePool2d", size: [2, 2], strides: [2, 2], padding: "same", activation: "none" },
      { to: [1, 2, 3, 3], same: true },
    ),
    single("mean", { type: "mean", axes: [1, 2], keepDims: false }, { to: [1, 3] }),
    single("mean over channels", { type: "mean", axes: [3], keepDims: true }, { to: [1, 4, 5, 1] }),
    single(
      "softmax",
      { type: "softmax" },
      { from: [1, 6, 10], output: { scale: 1 / 256, zeroPoint: -128 } },
    ),
    slopes(),
    ...functions.map((name) => single(name, { type: "table", function: name }, wide)),
    single("hardSwish", { type: "hardSwish" }, wide),
    single("leakyRelu", { type: "leakyRelu", alpha: 0.3 }, wide),
    single("relu", { type: "relu", activation: "relu6" }, wide),
    single("quantize", { type: "quantize" }, wide),
    transposed("transposedConv2d same", "same", 3),
    transposed("transposedConv2d valid", "valid", 3),
  ];
}
