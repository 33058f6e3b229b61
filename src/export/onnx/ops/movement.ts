import type {
  ConcatenateOp,
  PadOp,
  ReshapeOp,
  ResizeNearestOp,
  ReverseOp,
  SliceOp,
  TransposeOp,
} from "../../../integer/index.js";
import { axisIn, channelsFirst, inOrder, isAlike, type Layout, partsOf } from "../layout.js";
import type { Values } from "../values.js";
import { commonLayout } from "./elementwise.js";

const moves = { keepsCodes: true } as const;

/** @internal */
export function concatenate(op: ConcatenateOp, values: Values): void {
  const layout = commonLayout(op.inputs, op.output, values);
  const axis = axisIn(layout, op.axis, values.shape(op.output).length);
  const inputs = op.inputs.map((index) => values.read(index, layout));
  const result = values.graph.node("Concat", inputs, `${op.layer}_concat`, { axis: { int: axis } });
  values.write(op, result, layout);
}

/** @internal */
export function reshape(op: ReshapeOp, values: Values): void {
  const [x] = op.inputs as [number];
  const [from, to] = [x, op.output].map((index) => values.shape(index)) as [number[], number[]];
  const layout = targetLayout(values.layoutOf(x), from, to);
  const value = values.read(x, layout === "last" ? "last" : "first");
  values.write(op, values.reshaped(value, values.dims(op.output, layout), op.layer), layout, moves);
}

/** The layout that a reshaped tensor can keep; "last" if the values have to be transposed first. */
function targetLayout(layout: Layout, from: readonly number[], to: readonly number[]): Layout {
  if (layout !== "first" || isAlike(partsOf(from))) return "last";
  if (to.length === 2) return partsOf(from);
  return to.at(-1) === from.at(-1) ? "first" : "last";
}

/** @internal */
export function pad(op: PadOp, values: Values): void {
  const [x] = op.inputs as [number];
  const layout = withoutFlat(values.layoutOf(x));
  const paddings = inOrder(layout, op.paddings);
  const pads = values.list(
    [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)],
    `${op.layer}_pads`,
  );
  const result = values.graph.node("Pad", [values.read(x, layout), pads], `${op.layer}_pad`);
  values.write(op, result, layout, moves);
}

/** @internal */
export function slice(op: SliceOp, values: Values): void {
  const [x] = op.inputs as [number];
  const layout = withoutFlat(values.layoutOf(x));
  const begin = inOrder(layout, op.begin).slice(1);
  const sizes = inOrder(layout, values.shape(op.output)).slice(1);
  const list = (entries: number[], name: string) => values.list(entries, `${op.layer}_${name}`);
  const inputs = [
    values.read(x, layout),
    list(begin, "starts"),
    list(
      sizes.map((size, i) => begin[i]! + size),
      "ends",
    ),
    list(
      sizes.map((_, i) => i + 1),
      "axes",
    ),
  ];
  values.write(op, values.graph.node("Slice", inputs, `${op.layer}_slice`), layout, moves);
}

/** @internal */
export function reverse(op: ReverseOp, values: Values): void {
  const [x] = op.inputs as [number];
  const layout = withoutFlat(values.layoutOf(x));
  const axis = axisIn(layout, op.axis, values.shape(x).length);
  // Before the first entry: further below 0 than any length.
  const entries = { starts: [-1], ends: [-(2 ** 31)], axes: [axis], steps: [-1] };
  const lists = Object.entries(entries).map(([name, list]) =>
    values.list(list, `${op.layer}_${name}`),
  );
  const inputs = [values.read(x, layout), ...lists];
  values.write(op, values.graph.node("Slice", inputs, `${op.layer}_reverse`), layout, moves);
}

/** @internal */
export function resizeNearest(op: ResizeNearestOp, values: Values): void {
  const [x] = op.inputs as [number];
  const scales = values.graph.constant(`${op.layer}_factors`, {
    dims: [4],
    type: "float",
    values: [1, 1, ...op.factors],
  });
  const inputs = [values.read(x, "first"), "", scales];
  const result = values.graph.node("Resize", inputs, `${op.layer}_resize`, {
    mode: { text: "nearest" },
    coordinate_transformation_mode: { text: "asymmetric" },
    nearest_mode: { text: "floor" },
  });
  values.write(op, result, "first", moves);
}

/** @internal */
export function transpose(op: TransposeOp, values: Values): void {
  const [x] = op.inputs as [number];
  const layout = values.layoutOf(x);
  // The order in which the file has the axes, as axes of the program.
  const axes = layout === "first" ? channelsFirst(op.order.length) : op.order.map((_, i) => i);
  const order = op.order.map((axis) => axes.indexOf(axis));
  const value = values.read(x, layout === "first" ? "first" : "last");
  values.write(op, values.transposed(value, order, op.output), "last", moves);
}

function withoutFlat(layout: Layout): "first" | "last" {
  return layout === "first" ? "first" : "last";
}
