import * as q from "../../src/index.js";
import type { IntegerOp, IntegerProgram } from "../../src/integer/index.js";

const { tf } = q;

/** How a prepared layer and its integer twin compare on the same input codes. */
export interface Comparison {
  layer: string;
  codes: number;
  /** Codes that differ, and are no ties within the error of a float32 sum. */
  wrong: number;
  /** Codes that differ where the exact value lies so near to a half that a float32 sum can't tell. */
  ties: number;
}

/**
 * Compares layer by layer: each prepared layer gets the values of the codes that its integer twin gets. A difference
 * counts as a tie if the exact value, accumulator times multiplier, is nearer to a half than the error of the prepared layer's
 * float32 arithmetic: (n + 4) · 2⁻²⁴ times the sum of the products' sizes, in units of the output's scale.
 */
export function compareLayers(
  prepared: q.tf.LayersModel,
  integer: q.IntegerModel,
  x: q.tf.Tensor,
): Comparison[] {
  const { program } = integer;
  const trace = integer.trace(x);
  const results: Comparison[] = [];
  for (const [index, op] of program.ops.entries()) {
    if (!["conv2d", "depthwiseConv2d", "fullyConnected"].includes(op.type)) continue;
    const layers = layersOf(prepared, program, op);
    if (!layers) continue;
    const input = valuesOf(program, trace, op.inputs[0]!, x);
    const expected = tf.tidy(() => {
      let value: q.tf.Tensor = input;
      for (const layer of layers) value = layer.apply(value) as q.tf.Tensor;
      return value.dataSync();
    });
    const traced = trace.ops[index]!;
    const { scale, zeroPoint } = program.tensors[op.output]!;
    const comparison = { layer: op.layer, codes: traced.codes.length, wrong: 0, ties: 0 };
    for (const [i, code] of traced.codes.entries()) {
      if (Math.round(expected[i]! / scale[0]!) + zeroPoint[0]! === code) continue;
      if (isTie(program, op, traced, i)) comparison.ties++;
      else comparison.wrong++;
    }
    results.push(comparison);
    input.dispose();
  }
  return results;
}

/** The prepared layer of an op and, where its nonlinearity is a layer of its own, that too. */
function layersOf(
  prepared: q.tf.LayersModel,
  program: IntegerProgram,
  op: IntegerOp,
): q.tf.LayersModel["layers"] | undefined {
  const names = Object.entries(program.layers ?? {})
    .filter(([, tensor]) => tensor === op.output)
    .map(([name]) => name);
  const layers = prepared.layers.filter(
    ({ name, inboundNodes }) => names.includes(name) && inboundNodes.length === 1,
  );
  const last = layers.at(-1);
  if (!(last instanceof q.QuantizedLayer) || !last.outputQuantizer) return undefined;
  return layers;
}

/** The values of the codes of a tensor, in the shape of an example. */
function valuesOf(
  program: IntegerProgram,
  trace: q.IntegerTrace,
  tensor: number,
  x: q.tf.Tensor,
): q.tf.Tensor {
  const written = program.ops.findIndex((op) => op.output === tensor);
  if (written >= 0) {
    const { values, shape } = trace.ops[written]!;
    return tf.tensor(values, [...shape]);
  }
  const { scale, zeroPoint, smallest, largest, shape } = program.tensors[tensor]!;
  return tf.tidy(() => {
    const codes = tf.clipByValue(
      tf.add(tf.round(tf.mul(x, Math.fround(1 / scale[0]!))), zeroPoint[0]!),
      smallest,
      largest,
    );
    return tf.mul(tf.sub(codes, zeroPoint[0]!), scale[0]!).reshape([...shape]);
  });
}

function isTie(program: IntegerProgram, op: IntegerOp, traced: q.TracedOp, flat: number): boolean {
  const index = traced.shape.map((size, axis) => {
    const after = traced.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    return Math.floor(flat / after) % size;
  });
  const { terms, bias, accumulator, factor } = traced.follow(index.slice(1));
  const exact = accumulator * factor;
  const size = terms.reduce((sum, { product }) => sum + Math.abs(product), Math.abs(bias));
  const error = (terms.length + 4) * 2 ** -24 * size * factor;
  const zeroPoint = program.tensors[op.output]!.zeroPoint[0]!;
  const halfway = Math.abs(exact + zeroPoint - Math.floor(exact + zeroPoint) - 0.5);
  return halfway <= error + 2 ** -22 * Math.abs(exact);
}
