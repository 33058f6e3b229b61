import { fakeQuantGate, fakeQuantGradient } from "../kernels/fakeQuant.js";
import { maxPoolGradient } from "../kernels/maxPool.js";
import type { OpAttribute } from "../loading/nodeBackend.js";
import { gate } from "./native/fakeQuant.js";
import { shapeOf } from "./shapes.js";
import type { Uses } from "./uses.js";
import type { Operation, Trace } from "./values.js";

/** @internal The gradients of fake quantization and of the max pooling that follows it. */
export interface Pooled {
  /** The gradient for the largest values. */
  dy: number;
  /** The activation's output, and the tensor that is pooled. */
  activation: number;
  values: number;
  /** The gradient of fake quantization, if it has sums for the range. */
  sums?: Operation;
  /** The ops that compute the gradients. */
  chain: Operation[];
}

/**
 * @internal
 * The pooling of y in windows of 2 × 2, after fake quantization or not, if y is for nothing else.
 *
 * @param gradients ops that don't count, since the kernel for the gradient replaces them
 */
export function pooledAfter(
  trace: Trace,
  uses: Uses,
  y: number,
  gradients: readonly Operation[],
): { pooling: Operation; rounding?: Operation; values: number } | undefined {
  const reader = (id: number): Operation | undefined => {
    const readers = uses.of(id).map(({ operation }) => operation);
    const others = readers.filter((operation) => !gradients.includes(operation));
    return others.length === 1 && !uses.leaves(id) ? others[0] : undefined;
  };
  const next = reader(y);
  const rounding = next?.name === fakeQuant && isOfOneRange(trace, next) ? next : undefined;
  const values = rounding ? rounding.outputs[0]!.id : y;
  const pooling = rounding ? reader(values) : next;
  if (pooling?.name !== "MaxPool" || !poolsInTwos(trace, pooling)) return undefined;
  return { pooling, rounding, values };
}

/**
 * @internal
 * The gradient of pooling that makes a gradient, after that of fake quantization or not.
 *
 * @param y the activation's output, if there is an activation
 */
export function pooledBefore(
  trace: Trace,
  uses: Uses,
  gradient: number,
  y?: number,
): Pooled | undefined {
  const maker = uses.maker(gradient);
  if (!maker || uses.only(uses.origin(gradient)) === undefined) return undefined;
  const sums = maker.name === fakeQuantGradient;
  const gates = maker.name === gate || maker.name === fakeQuantGate || sums;
  if (y !== undefined && gates && uses.origin(maker.inputs[1] as number) === y) {
    const found = pooledBefore(trace, uses, maker.inputs[0] as number);
    const rounding = found && uses.maker(found.values);
    const fits =
      rounding?.name === fakeQuant &&
      isOfOneRange(trace, rounding) &&
      uses.origin(rounding.inputs[0] as number) === y &&
      hasRangeOf(uses, maker, rounding);
    if (!fits) return undefined;
    const chain = [maker, ...found!.chain];
    return { ...found!, activation: y, chain, ...(sums ? { sums: maker } : {}) };
  }
  const { name, inputs } = maker;
  const own = name === maxPoolGradient;
  if (!own && (name !== "MaxPoolGrad" || !poolsInTwos(trace, maker))) return undefined;
  const [from, dy] = (own ? [inputs[1], inputs[0]] : [inputs[0], inputs[2]]) as [number, number];
  const values = uses.origin(from);
  if (y !== undefined && values !== y) return undefined;
  return { dy, activation: values, values, chain: [maker] };
}

const fakeQuant = "QatlabFakeQuant";

function isOfOneRange(trace: Trace, { inputs }: Operation): boolean {
  return inputs.slice(1).every((end) => shapeOf(trace, end as number).length === 0);
}

/** Whether a gate's range is the range of an op of fake quantization. */
function hasRangeOf(uses: Uses, maker: Operation, rounding: Operation): boolean {
  const ends = (operation: Operation) =>
    operation.inputs.slice(-2).map((end) => uses.origin(end as number));
  const range = `${ends(rounding)} ${gridOf(rounding)}`;
  if (maker.name !== gate) return `${ends(maker)} ${gridOf(maker)}` === range;
  // The ends are those of the grid, by a choice that leaves an empty range out.
  return maker.inputs.slice(2).every((end) => {
    const choice = uses.maker(end as number);
    if (!choice?.name.startsWith("Select")) return false;
    const rounded = uses.maker(choice.inputs[1] as number);
    return rounded !== undefined && `${ends(rounded)} ${gridOf(rounded)}` === range;
  });
}

function gridOf({ attributes }: Operation): string {
  return ["num_bits", "narrow_range"].map((name) => String(attribute(attributes, name))).join();
}

function poolsInTwos(trace: Trace, { inputs, attributes }: Operation): boolean {
  const [, height, width] = shapeOf(trace, inputs[0] as number);
  const whole =
    attribute(attributes, "padding") === "VALID" || (height! % 2 === 0 && width! % 2 === 0);
  const two = ["ksize", "strides"].every(
    (name) => String(attribute(attributes, name)) === "1,2,2,1",
  );
  return whole && two && attribute(attributes, "data_format") === "NHWC";
}

/** @internal The value of an op's attribute. */
export function attribute(list: OpAttribute[], name: string): unknown {
  return list.find((entry) => entry.name === name)?.value;
}
