import type { Layer } from "../models/topology.js";
import type { Planned } from "./plan.js";

/**
 * @internal
 * Multiply-accumulate operations of a layer on one example: each value of a kernel is used once at each
 * position. Biases, normalization, pooling and nonlinearities don't multiply matrices: they count 0.
 *
 * @throws RangeError where a size isn't known
 */
export function macs(planned: Planned): number {
  const { layer } = planned;
  const kernels = layer.weights.map(({ shape }) => shape).filter((shape) => shape.length > 1);
  const size = kernels.reduce((sum, shape) => sum + product(shape as number[], layer), 0);
  return size === 0 ? 0 : size * positions(planned);
}

/** At how many places a kernel is used. */
function positions({ layer, node }: Planned): number {
  const type = layer.getClassName();
  if (type === "Embedding") return 0;
  const shapeOf = (layer: Layer) => layer.outputShape as (number | null)[];
  const before = node.inputs[0] ? shapeOf(node.inputs[0].layer) : [];
  if (recurrent.includes(type)) return product([before[1] ?? null], layer);
  const shape = type.endsWith("Transpose") ? before : shapeOf(node.layer);
  return product(shape.slice(1, -1), layer);
}

const recurrent = ["LSTM", "GRU", "SimpleRNN"];

/** @internal @throws RangeError for a size that isn't known. */
export function product(shape: (number | null)[], layer: Layer): number {
  return shape.reduce<number>((total, size) => {
    if (typeof size === "number") return total * size;
    throw new RangeError(
      `cannot count layer "${layer.name}": its shape [${shape.map((one) => one ?? "?")}] isn't known (give the model a fixed inputShape)`,
    );
  }, 1);
}
