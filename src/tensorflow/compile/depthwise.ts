import { depthwise, depthwiseAttributes, depthwiseGradient } from "../kernels/depthwise.js";
import { hasKernels } from "../kernels/library.js";
import { nodeBackend } from "../loading/nodeBackend.js";
import { activations, alike, biasOf, isChannelSum, windowsOf } from "./convolutionPatterns.js";
import { attribute } from "./convolutionPooling.js";
import { shapeOf } from "./shapes.js";
import { nothing, TraceEdit } from "./traceEdit.js";
import { Uses } from "./uses.js";
import type { Operation, Trace } from "./values.js";

/**
 * @internal
 * A trace in which the library's own kernels (kernels/native/depthwise.cc) take the place of depthwise convolutions with
 * the bias and the ReLU that come after, and of all that computes the gradients of these. Sums have another order.
 */
export function fuseDepthwise(trace: Trace): Trace {
  if (!hasKernels()) return trace;
  const edit = new DepthwiseEdit(trace);
  for (const operation of trace.operations) edit.add(operation);
  return edit.result();
}

const [unbounded, names] = [
  Number.POSITIVE_INFINITY,
  {
    forward: "DepthwiseConv2dNative",
    filter: "DepthwiseConv2dNativeBackpropFilter",
    images: "DepthwiseConv2dNativeBackpropInput",
  },
];

/**
 * Windows that don't lie side by side are computed by the library's own kernel in images of at most this many values.
 * Measured on two cores as time of ReLU, bias, convolution and all gradients in a compiled function, by that of TensorFlow's
 * ops: 0.4 for 8 × 8 × 16 with a stride of 2, 1.2 for 28 × 28 × 96 and for 56 × 56 × 24; with a stride of 1 0.55 to 1.06.
 */
const mostValues = 2 ** 13;

class DepthwiseEdit extends TraceEdit {
  private readonly uses: Uses;

  constructor(private readonly whole: Trace) {
    super(whole);
    this.uses = new Uses(whole);
  }

  add(operation: Operation): void {
    if (operation.name === names.forward) this.addForward(operation);
    if (operation.name === names.filter) this.addGradient(operation);
  }

  private addForward(conv: Operation): void {
    const { whole, uses } = this;
    if (!this.isSupported(conv, shapeOf(whole, conv.inputs[1] as number))) return;
    const chain = [conv];
    let y = conv.outputs[0]!.id;
    const sum = uses.only(y);
    const bias = sum && biasOf(whole, uses, sum, y);
    if (bias !== undefined) y = chain[chain.push(sum!) - 1]!.outputs[0]!.id;
    const next = uses.only(y);
    const activation = next && activations[next.name];
    if (activation) chain.push(next);
    const [low, high] = activation ? [0, activation.high] : [-unbounded, unbounded];
    this.replace(chain, {
      name: depthwise,
      attributes: depthwiseAttributes({ ...windowsOf(conv), low, high }),
      inputs: [...conv.inputs.slice(0, 2), bias ?? nothing.floats],
      outputs: [chain.at(-1)!.outputs[0]!],
      site: conv.site,
    });
  }

  private addGradient(filter: Operation): void {
    const { whole, uses } = this;
    const [x, , dy] = filter.inputs as [number, number, number];
    const [weights] = filter.outputs;
    const forward = uses
      .of(x)
      .find(
        ({ operation, index }) =>
          operation.name === names.forward &&
          index === 0 &&
          String(shapeOf(whole, operation.inputs[1] as number)) === String(weights!.shape) &&
          alike(operation, filter),
      )?.operation;
    if (!forward || !this.isSupported(filter, weights!.shape)) return;
    const sums = uses.origin(dy);
    const readers = uses.of(sums).map(({ operation }) => operation);
    const images = readers.find(
      (operation) =>
        operation.name === names.images &&
        uses.origin(operation.inputs[2] as number) === sums &&
        alike(operation, filter) &&
        String(operation.outputs[0]!.shape) === String(shapeOf(whole, x)),
    );
    const biases = readers.filter((operation) => isChannelSum(whole, operation, 4));
    const chain = [filter, ...(images ? [images] : []), ...biases];
    const gate = uses.maker(sums);
    const activation = Object.values(activations).find(({ gradient }) => gradient === gate?.name);
    const own = !uses.leaves(sums) && readers.every((operation) => chain.includes(operation));
    const gated = own && activation && !uses.maker(gate!.inputs[0] as number)?.name.startsWith("Q");
    const [low, high] = gated ? [0, activation.high] : [-unbounded, unbounded];
    const [dsums, y] = gated ? (gate!.inputs as [number, number]) : [sums, nothing.floats];
    const { TF_ATTR_BOOL } = nodeBackend().binding;
    const wanted = { name: "input_gradient", type: TF_ATTR_BOOL, value: images !== undefined };
    const operation: Operation = {
      name: depthwiseGradient,
      attributes: [...depthwiseAttributes({ ...windowsOf(filter), low, high }), wanted],
      inputs: [dsums, x, (images ?? forward).inputs[1]!, y],
      outputs: [
        images?.outputs[0] ?? { ...weights!, id: this.newId(), shape: [0] },
        weights!,
        { ...weights!, id: this.newId(), shape: [shapeOf(whole, x).at(-1)!] },
      ],
      site: filter.site,
    };
    this.replace(gated ? [...chain, gate!] : chain, operation);
    for (const { outputs } of biases) {
      this.sources.set(outputs[0]!.id, { kind: "operation", operation, output: 2 });
    }
  }

  /** Whether the kernel computes such a convolution. */
  private isSupported({ attributes, inputs }: Operation, filter: readonly number[]): boolean {
    const [, down, right] = attribute(attributes, "strides") as number[];
    const x = shapeOf(this.whole, inputs[0] as number);
    return (
      attribute(attributes, "data_format") === "NHWC" &&
      String(attribute(attributes, "dilations") ?? "1,1,1,1") === "1,1,1,1" &&
      ["VALID", "SAME"].includes(attribute(attributes, "padding") as string) &&
      down === right &&
      (down === 1 || size(x.slice(1)) <= mostValues) &&
      filter.at(-1) === 1 &&
      [...x, ...filter].every((length) => length > 0)
    );
  }
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
