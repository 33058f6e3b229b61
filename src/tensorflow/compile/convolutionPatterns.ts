import type { ConvolutionSettings } from "../kernels/convolution.js";
import { attribute, type Pooled, pooledAfter, pooledBefore } from "./convolutionPooling.js";
import { isFaster } from "./convolutionRule.js";
import { shapeOf } from "./shapes.js";
import type { Uses } from "./uses.js";
import type { Operation, Trace } from "./values.js";

/** @internal A convolution, and the ops after it that are one with it. */
export interface Forward {
  settings: ConvolutionSettings;
  bias?: number;
  /** The fake quantization before the pooling, and whether a gradient needs the values before it. */
  rounding?: Operation;
  exact?: boolean;
  /** The tensor that pooling takes; without pooling the result. */
  y: number;
  /** The ops, the convolution first; the last one makes the result. */
  chain: Operation[];
}

/** @internal The gradients of a convolution, and the ops before them that are one with them. */
export interface Gradient {
  /** The gradient for the result, and the activation's output if there is an activation. */
  dy: number;
  y?: number;
  low: number;
  high: number;
  /** The pooling after the activation. */
  pooled?: Pooled;
  /** The same gradient without the activation and the pooling. */
  plain?: Gradient;
  /** The gradient for the sums, before the bias and the activation. */
  sums: number;
  filter: Operation;
  forward: Operation;
  images?: Operation;
  /** The sums for a bias. */
  biases: Operation[];
  /** The ops that the kernel replaces. */
  chain: Operation[];
}

/** @internal The activations that a convolution takes along: their ends, and their gradients' ops. */
export const activations: Record<string, { high: number; gradient: string }> = {
  Relu: { high: Number.POSITIVE_INFINITY, gradient: "ReluGrad" },
  Relu6: { high: 6, gradient: "Relu6Grad" },
};

/** @internal The fusion that begins with an op, if the op is a convolution that the kernel computes. */
export function forwardOf(
  trace: Trace,
  uses: Uses,
  gradients: Gradient[],
  conv: Operation,
): Forward | undefined {
  if (conv.name !== "Conv2D" || !isSupported(trace, conv, conv.inputs, conv.outputs[0]!.shape))
    return undefined;
  const chain = [conv];
  let y = conv.outputs[0]!.id;
  const add = uses.only(y);
  const bias = add && biasOf(trace, uses, add, y);
  if (bias !== undefined) y = chain[chain.push(add!) - 1]!.outputs[0]!.id;
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const next = uses.only(y);
  const activation = next && activations[next.name];
  if (activation) {
    [low, high] = [0, activation.high];
    y = chain[chain.push(next) - 1]!.outputs[0]!.id;
  }
  const { same, stride } = windowsOf(conv);
  const settings = { same, stride, pool: false, low, high };
  const chains = gradients.filter(({ pooled }) => pooled?.activation === y);
  const after = pooledAfter(trace, uses, y, chains[0]?.chain ?? []);
  if (!after) return { settings, bias, y, chain };
  const { rounding, pooling, values } = after;
  const all = [...chain, ...(rounding ? [rounding] : []), pooling];
  const exact = chains[0]?.pooled?.sums !== undefined;
  return { settings: { ...settings, pool: true }, bias, rounding, exact, y: values, chain: all };
}

/** @internal The bias that an op adds to y: a value for each channel. */
export function biasOf(trace: Trace, uses: Uses, { name, inputs }: Operation, y: number) {
  if (name !== "Add" && name !== "AddV2" && name !== "BiasAdd") return undefined;
  const [a, b] = inputs as [number, number];
  const other = uses.origin(a) === y ? b : a;
  const [channels, shape] = [shapeOf(trace, y).at(-1), shapeOf(trace, other)];
  return shape.length === 1 && shape[0] === channels ? other : undefined;
}

/** @internal The fusion that makes an op's result, if the op is a convolution's gradient that the kernel computes. */
export function gradientOf(trace: Trace, uses: Uses, filter: Operation): Gradient | undefined {
  if (filter.name !== "Conv2DBackpropFilter") return undefined;
  const [x, , dy] = filter.inputs as [number, number, number];
  const forward = uses.of(x).find(({ operation, index }) => {
    const sameFilter = () =>
      String(shapeOf(trace, operation.inputs[1] as number)) === String(filter.outputs[0]!.shape);
    return operation.name === "Conv2D" && index === 0 && sameFilter() && alike(operation, filter);
  })?.operation;
  const shape = shapeOf(trace, dy);
  if (!forward || !isSupported(trace, filter, forward.inputs, shape)) return undefined;
  const sums = uses.origin(dy);
  // A transposed convolution has the same ops the other way round: its result is a convolution's gradient for the
  // images, and comes before the convolution that is its own gradient.
  const place = (operation: Operation) => trace.operations.indexOf(operation);
  const all = uses.of(sums);
  const readers = all.filter(({ operation }) => place(operation) > place(forward));
  const images = readers.find(
    ({ operation, index }) =>
      operation.name === "Conv2DBackpropInput" &&
      index === 2 &&
      alike(operation, filter) &&
      String(operation.outputs[0]!.shape) === String(shapeOf(trace, x)),
  )?.operation;
  const biases = readers
    .map(({ operation }) => operation)
    .filter((operation) => isChannelSum(trace, operation, shape.length));
  const replaced = [filter, ...(images ? [images] : []), ...biases];
  const plain: Gradient = {
    dy: sums,
    ...{ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
    ...{ sums, filter, forward, images, biases, chain: replaced },
  };
  const onlyOurs = !uses.leaves(sums) && all.every(({ operation }) => replaced.includes(operation));
  return onlyOurs ? (gatedOf(trace, uses, plain) ?? plain) : plain;
}

/** The same gradient with the activation's, and with pooling's, if they come right before. */
function gatedOf(trace: Trace, uses: Uses, plain: Gradient): Gradient | undefined {
  const gate = uses.maker(plain.sums);
  const activation = Object.values(activations).find(({ gradient }) => gradient === gate?.name);
  if (!activation) {
    const pooled = pooledBefore(trace, uses, plain.sums);
    return pooled && withPooling(plain, plain, pooled);
  }
  const [dy, output] = gate!.inputs as [number, number];
  const y = uses.origin(output);
  const gated = { ...plain, dy, y, low: 0, high: activation.high, chain: [...plain.chain, gate!] };
  const pooled = pooledBefore(trace, uses, dy, y);
  if (pooled) return withPooling(gated, plain, pooled);
  // A gate of fake quantization comes between: the kernel for it takes the ReLU's along.
  return uses.maker(dy)?.name.startsWith("Q") ? undefined : gated;
}

function withPooling(gated: Gradient, plain: Gradient, pooled: Pooled): Gradient {
  return { ...gated, plain, dy: pooled.dy, pooled, chain: [...gated.chain, ...pooled.chain] };
}

/** @internal Whether an op sums over all axes but the last one. */
export function isChannelSum(trace: Trace, { name, inputs, attributes }: Operation, rank: number) {
  if (name !== "Sum" || attribute(attributes, "keep_dims")) return false;
  const axes = trace.sources.get(inputs[1] as number);
  if (axes?.kind !== "constant") return false;
  const others = Array.from({ length: rank - 1 }, (_, axis) => axis);
  return String([...axes.constant.values].sort()) === String(others);
}

/** Whether the kernel computes such a convolution, and faster. */
function isSupported(
  trace: Trace,
  { attributes }: Operation,
  inputs: Operation["inputs"],
  output: readonly number[],
): boolean {
  const [x, filter] = inputs.map((input) => shapeOf(trace, input as number));
  const [, down, right] = attribute(attributes, "strides") as number[];
  const plain =
    attribute(attributes, "data_format") === "NHWC" &&
    String(attribute(attributes, "dilations") ?? "1,1,1,1") === "1,1,1,1" &&
    ["VALID", "SAME"].includes(attribute(attributes, "padding") as string);
  return plain && down === right && isFaster(x!, filter!, output);
}

/** @internal Whether two ops have windows that lie alike. */
export function alike(a: Operation, b: Operation): boolean {
  return ["strides", "padding"].every(
    (name) => String(attribute(a.attributes, name)) === String(attribute(b.attributes, name)),
  );
}

/** @internal How a convolution's windows lie. */
export function windowsOf({ attributes }: Operation): { same: boolean; stride: number } {
  const [, stride] = attribute(attributes, "strides") as number[];
  return { same: attribute(attributes, "padding") === "SAME", stride: stride! };
}
