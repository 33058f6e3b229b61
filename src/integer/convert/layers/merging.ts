import type { FusedActivation } from "../../program/index.js";
import type { Place } from "../context.js";
import { gridOver, type TensorGrid } from "../grid.js";
import { channelwise } from "./channelwise.js";

/** The ops of two inputs. */
type Joining = "add" | "multiply" | "maximum" | "minimum";

/** The sum, product, and so on of the inputs; more than two are taken one after the other. */
export function joining(type: Joining) {
  return (place: Place): number => {
    const { grid, activation } = place.targetGrid();
    return joined(place, type, { inputs: place.inputs, grid, activation });
  };
}

/**
 * The mean of the inputs: their sum on a scale n times as large as the output's has the codes of the mean, and a
 * multiplication by 1/n takes these over as they are, so that the mean is rounded once.
 */
export function average(place: Place): number {
  const { grid, activation } = place.targetGrid();
  return averaged(place, { inputs: place.inputs, grid, activation });
}

/** Values that are joined on a grid. */
interface Joined {
  inputs: readonly number[];
  grid: TensorGrid;
  activation: FusedActivation;
}

/** The mean of some tensors. */
export function averaged(place: Place, { inputs, grid, activation }: Joined): number {
  const count = inputs.length;
  const wide = { ...grid, scale: grid.scale.map((scale) => scale * count) };
  const sums = place.seen({ suffix: "_sum" });
  const channels = place.shape.at(-1)!;
  return channelwise(place, {
    input: joined(sums, "add", { inputs, grid: wide, activation: "none" }),
    codes: new Int8Array(channels).fill(1),
    scale: Float32Array.of(1 / count),
    shift: new Float32Array(channels),
    ...{ grid, activation },
  });
}

/** Some tensors joined, two at a time. */
export function joined(place: Place, type: Joining, { inputs, grid, activation }: Joined): number {
  // Runtimes compare codes, so that all need one scale.
  const compares = type === "maximum" || type === "minimum";
  const reads = compares ? inputs.map((input) => place.on(grid, input)) : inputs;
  const { builder, name: layer } = place;
  if (reads.length > 2 && !compares) {
    builder.notes.push(
      `${layer}: runtimes join two tensors at a time, so that what it joins first is rounded to codes, too`,
    );
  }
  return reads.slice(1).reduce((before, input, i) => {
    const count = i + 2;
    if (count === reads.length) {
      return builder.op({ type, layer, inputs: [before, input], activation }, place.value(grid));
    }
    const shape = broadcastShape(builder.at(before).shape, builder.at(input).shape);
    const between = compares ? grid : partialGrid(place, type, reads.slice(0, count));
    return builder.op(
      { type, layer, inputs: [before, input], activation: "none" },
      place.value(between, shape, `_first${count}`),
    );
  }, reads[0]!);
}

/** The grid of the sum or product of the first inputs: calibration's, else one over all values that it can have. */
function partialGrid(place: Place, type: Joining, inputs: readonly number[]): TensorGrid {
  if (place.ranges.known) return place.calibrated(`of its first ${inputs.length} inputs`);
  const ends = inputs.map((input) => {
    const { smallest, largest, scale, zeroPoint } = place.builder.at(input);
    return [smallest, largest].map((code) => scale[0]! * (code - zeroPoint[0]!));
  });
  const [first, ...others] = ends as [number, number][];
  const [min, max] = others.reduce(([low, high], [a, b]) => {
    if (type === "add") return [low + a, high + b];
    const products = [low * a, low * b, high * a, high * b];
    return [Math.min(...products), Math.max(...products)];
  }, first!);
  return gridOver({ min, max }, place.builder.at(inputs[0]!).type, place.name);
}

/** The shape of an op of two shapes, where an axis of 1 repeats. */
function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const filled = [a, b].map((shape) => [...Array(rank - shape.length).fill(1), ...shape]);
  return filled[0]!.map((size, axis) => Math.max(size, filled[1]![axis]!));
}

/** The inputs one after the other, all on the output's scale. */
export function concatenate(place: Place): number {
  const { grid } = place.targetGrid();
  const { axis = -1 } = place.config as { axis?: number };
  const rank = place.shape.length;
  const inputs = place.inputs.map((input) => place.on(grid, input));
  return place.builder.op(
    { type: "concatenate", layer: place.name, inputs, axis: axis < 0 ? rank + axis : axis },
    place.value(grid),
  );
}
