import { shapeOf } from "./shapes.js";
import type { Trace } from "./values.js";

/**
 * @internal
 * How much a trace computes: the multiplications of its convolutions and matrix products, and a few for each value
 * that another op makes. The result is an estimate, for choosing the number of threads.
 *
 * @param options `ofValues`: how many multiplications cost as much as reading or writing a value, default 8
 */
export function workOf(trace: Trace, { ofValues = 8 }: { ofValues?: number } = {}): number {
  let work = 0;
  for (const { name, inputs, outputs } of trace.operations) {
    const shapes = inputs.map((input) =>
      typeof input === "number" ? shapeOf(trace, input) : input.shape,
    );
    const outputShapes = outputs.map(({ shape }) => shape);
    const values = outputShapes.reduce((sum, shape) => sum + size(shape), 0);
    work += products[name]?.(shapes, outputShapes[0]!) ?? ofValues * values;
  }
  return work;
}

type Shapes = readonly (readonly number[])[];

/** How many multiplications an op does, by the shapes of its inputs and its output. */
const products: Record<string, (inputs: Shapes, output: readonly number[]) => number> = {
  MatMul: product,
  BatchMatMulV2: product,
  Conv2D: ([, filter], y) => size(y) * fanIn(filter!),
  Conv3D: ([, filter], y) => size(y) * fanIn(filter!),
  Conv2DBackpropInput: ([, filter, dy]) => size(dy!) * fanIn(filter!),
  Conv3DBackpropInputV2: ([, filter, dy]) => size(dy!) * fanIn(filter!),
  Conv2DBackpropFilter: ([, , dy], filter) => size(dy!) * fanIn(filter),
  Conv3DBackpropFilterV2: ([, , dy], filter) => size(dy!) * fanIn(filter),
  DepthwiseConv2dNative: ([, filter], y) => size(y) * size(filter!.slice(0, 2)),
  DepthwiseConv2dNativeBackpropInput: ([, filter, dy]) => size(dy!) * size(filter!.slice(0, 2)),
  DepthwiseConv2dNativeBackpropFilter: ([, , dy], filter) => size(dy!) * size(filter.slice(0, 2)),
  // [steps, n, inputs] by [inputs + units, 4 · units]; its gradient has two such products.
  BlockLSTMV2: ([, x, , , weights]) => size(x!.slice(0, 2)) * size(weights!),
  BlockLSTMGradV2: ([, x, , , weights]) => 2 * size(x!.slice(0, 2)) * size(weights!),
};

/** [m, k] by [k, n]: √(mk · kn · mn). */
function product([a, b]: Shapes, y: readonly number[]): number {
  return Math.sqrt(size(a!) * size(b!) * size(y));
}

function fanIn(filter: readonly number[]): number {
  return size(filter.slice(0, -1));
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
