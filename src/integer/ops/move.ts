import type { PadOp, ResizeNearestOp, ReverseOp, SliceOp, TransposeOp } from "../program/index.js";
import { type Codes, type Context, type Step, sizeOf, zeroPointOf } from "./context.js";

/** For each axis of the output, the input's index along an axis; −1 for padding. */
interface Axis {
  /** The axis of the input. */
  readonly from: number;
  readonly index: (index: number) => number;
}

/** An op that copies codes to other places; the places are found when the op is prepared. */
function move(
  op: { inputs: readonly number[]; output: number },
  context: Context,
  axes: readonly Axis[],
): Step {
  const input = context.tensor(op.inputs[0]!);
  const { shape } = context.tensor(op.output);
  const strides = stridesOf(input.shape);
  const places = new Int32Array(sizeOf(shape));
  let inner = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const { from, index } = axes[axis]!;
    const length = shape[axis]!;
    for (let i = 0; i < places.length; i++) {
      const at = index(Math.floor(i / inner) % length);
      const outside = at < 0 || at >= input.shape[from]! || places[i]! < 0;
      places[i] = outside ? -1 : places[i]! + at * strides[from]!;
    }
    inner *= length;
  }
  const x = context.codes(op.inputs[0]!);
  const out = context.codes(op.output);
  const padding = zeroPointOf(input);
  return () => take(x, places, padding, out);
}

function take(x: Codes, places: Int32Array, padding: number, out: Codes): void {
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    out[i] = place < 0 ? padding : x[place]!;
  }
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

const same = (index: number) => index;

/** Zero points around the codes. */
export function pad(op: PadOp, context: Context): Step {
  const axes = op.paddings.map(([before], from) => ({ from, index: (i: number) => i - before }));
  return move(op, context, axes);
}

/** The codes from a beginning on. */
export function slice(op: SliceOp, context: Context): Step {
  const axes = op.begin.map((begin, from) => ({ from, index: (i: number) => i + begin }));
  return move(op, context, axes);
}

/** The axes in another order. */
export function transpose(op: TransposeOp, context: Context): Step {
  return move(
    op,
    context,
    op.order.map((from) => ({ from, index: same })),
  );
}

/** The entries along an axis in reverse order. */
export function reverse(op: ReverseOp, context: Context): Step {
  const { shape } = context.tensor(op.output);
  const backwards = (i: number) => shape[op.axis]! - 1 - i;
  const axes = shape.map((_, from) => ({ from, index: from === op.axis ? backwards : same }));
  return move(op, context, axes);
}

/** Each pixel repeated down and across. */
export function resizeNearest(op: ResizeNearestOp, context: Context): Step {
  const factors = [1, ...op.factors, 1];
  const axes = factors.map((factor, from) => ({
    from,
    index: (i: number) => Math.floor(i / factor),
  }));
  return move(op, context, axes);
}
