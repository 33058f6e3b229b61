import { fakeQuantGate } from "../kernels/fakeQuant.js";
import { hasKernels } from "../kernels/library.js";
import { maxPoolGradient } from "../kernels/maxPool.js";
import { nodeBackend, type OpAttribute } from "../loading/nodeBackend.js";
import { gateOf } from "./gates.js";
import type { Constant, Operation, Trace } from "./values.js";

/**
 * @internal
 * A trace in which one kernel of the library's (kernels/native/reluGradient.cc) takes the place of a ReLU's
 * gradient, of those of max pooling and fake quantization that come before, and of the sum for a bias that comes
 * after: one pass over memory instead of three or four. The gradients stay as they are, bit for bit; the sums are
 * added in another order. An infinite gradient that the ReLU stops leaves no NaN.
 */
export function fuseReluGradients(trace: Trace): Trace {
  if (!hasKernels()) return trace;
  const sums = channelSums(trace);
  const sources = new Map(trace.sources);
  const fused: Operation[] = [];
  for (const operation of trace.operations) {
    if (operation.name !== "ReluGrad") continue;
    const gate = gateOf(trace, operation);
    const [dy, y] = (gate ?? operation).inputs as [number, number];
    const [output] = operation.outputs;
    const pooling = poolingOf(trace, dy, gate ? undefined : y);
    const own = sums.get(output!.id) ?? [];
    const quantized = gateBefore(trace, dy, y);
    if (quantized) {
      fused.push(quantized);
      sources.set(output!.id, { kind: "operation", operation: quantized, output: 0 });
      continue;
    }
    if (!pooling && own.length === 0) continue;
    const high = (gate?.inputs[3] as number | undefined) ?? unbounded;
    const { TF_ATTR_BOOL } = nodeBackend().binding;
    const kernel: Operation = {
      name: "QatlabReluGradient",
      attributes: [{ name: "pool", type: TF_ATTR_BOOL, value: pooling !== undefined }],
      inputs: pooling ? [pooling.dy, pooling.x, y, high] : [dy, y, y, high],
      outputs: [output!, { ...output!, shape: output!.shape.slice(-1) }],
      site: operation.site,
    };
    fused.push(kernel);
    sources.set(unbounded, { kind: "constant", constant: infinity() });
    sources.set(output!.id, { kind: "operation", operation: kernel, output: 0 });
    for (const id of own) sources.set(id, { kind: "operation", operation: kernel, output: 1 });
  }
  return { ...trace, sources, operations: [...trace.operations, ...fused] };
}

/** The gradient of fake quantization by the library's own kernel, and of the ReLU whose output y is quantized. */
function gateBefore({ sources }: Trace, dy: number, y: number): Operation | undefined {
  const source = sources.get(dy);
  if (source?.kind !== "operation" || source.operation.name !== fakeQuantGate) return undefined;
  const { inputs, attributes } = source.operation;
  if (inputs[1] !== y) return undefined;
  const { TF_ATTR_BOOL } = nodeBackend().binding;
  const relu = { name: "relu", type: TF_ATTR_BOOL, value: true };
  return { ...source.operation, attributes: [...attributes, relu] };
}

/** The number of a tensor that no trace has: the upper end of what a ReLU lets pass. */
const unbounded = -1;

function infinity(): Constant {
  const { TF_FLOAT } = nodeBackend().binding;
  const values = Float32Array.of(Number.POSITIVE_INFINITY);
  return { values, shape: [], dtype: TF_FLOAT, site: { stack: "" } };
}

/** The sums over all axes but the last one, by the tensor that is summed. */
function channelSums({ operations, sources }: Trace): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const { name, inputs, attributes, outputs } of operations) {
    if (name !== "Sum" || attribute(attributes, "keep_dims")) continue;
    const [x, axes] = inputs as [number, number];
    const [source, reduced] = [sources.get(x), sources.get(axes)];
    if (source?.kind !== "operation" || reduced?.kind !== "constant") continue;
    const rank = source.operation.outputs[source.output]!.shape.length;
    const others = Array.from({ length: rank - 1 }, (_, axis) => axis);
    if (String([...reduced.constant.values].sort()) !== String(others)) continue;
    found.set(x, [...(found.get(x) ?? []), outputs[0]!.id]);
  }
  return found;
}

/**
 * The inputs of the gradient of max pooling that makes `dy`, if it pools in windows of 2 × 2 of which each is whole.
 *
 * @param y the tensor that is pooled, if it must be a certain one
 */
function poolingOf(
  { sources }: Trace,
  dy: number,
  y: number | undefined,
): { dy: number; x: number } | undefined {
  const source = sources.get(dy);
  if (source?.kind !== "operation") return undefined;
  const { name, attributes, outputs } = source.operation;
  const inputs = source.operation.inputs as number[];
  const own = name === maxPoolGradient;
  if (own && (y === undefined || inputs[1] === y)) return { dy: inputs[0]!, x: inputs[1]! };
  if (name !== "MaxPoolGrad") return undefined;
  const [, height, width] = outputs[0]!.shape;
  const whole =
    attribute(attributes, "padding") === "VALID" || (height! % 2 === 0 && width! % 2 === 0);
  const two = ["ksize", "strides"].every(
    (name) => String(attribute(attributes, name)) === "1,2,2,1",
  );
  const last = attribute(attributes, "data_format") === "NHWC";
  const fits = whole && two && last && (y === undefined || inputs[0] === y);
  return fits ? { dy: inputs[2]!, x: inputs[0]! } : undefined;
}

function attribute(list: OpAttribute[], name: string): unknown {
  return list.find((entry) => entry.name === name)?.value;
}
