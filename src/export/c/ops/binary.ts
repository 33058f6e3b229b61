import {
  type BinaryOp,
  clampOf,
  delegatesProduct,
  delegatesSum,
  fixedPoint,
  halfEven,
  type IntegerTensor,
  multipliersOf,
  type PreluOp,
} from "../../../integer/index.js";
import * as routines from "../routines/binary.js";
import { struct, type Writer } from "../writer.js";
import { stageStruct } from "./stage.js";
import { collapse, stridesOf } from "./strides.js";

/** The two inputs, the output and the loop, as all routines for two inputs take them. */
function placesOf({ layer, inputs, output }: BinaryOp | PreluOp, writer: Writer): string {
  const { shape } = writer.tensor(output);
  const steps = inputs.map((input) => broadcastSteps(writer.tensor(input).shape, shape));
  const axes = shape.map((size, axis) => ({ size, steps: steps.map((step) => step[axis]!) }));
  const four = collapse(axes, 4, layer);
  const loop = struct("broadcast", {
    sizes: four.map(({ size }) => size),
    first: four.map((axis) => axis.steps[0]!),
    second: four.map((axis) => axis.steps[1]!),
  });
  return `${inputs.map((input) => writer.at(input)).join(", ")}, ${writer.at(output)}, ${loop}`;
}

/** The steps of a shape along the axes of the shape that it broadcasts to. */
function broadcastSteps(from: readonly number[], to: readonly number[]): number[] {
  const filled = [...Array(to.length - from.length).fill(1), ...from];
  return stridesOf(filled).map((step, axis) => (filled[axis] === 1 ? 0 : step));
}

/** @internal A sum or a difference. */
export function add(op: BinaryOp, writer: Writer): string[] {
  const output = writer.tensor(op.output);
  const [first, second] = op.inputs.map((input) => writer.tensor(input)) as [
    IntegerTensor,
    IntegerTensor,
  ];
  const isShifted = writer.kernel === "xnnpack" && delegatesSum([first, second], output);
  const sign = op.type === "subtract" ? -1 : 1;
  const factors = isShifted
    ? shifted(sign, [first, second], output)
    : twice(sign, [first, second], output);
  const sum = struct("sum", {
    first_zero_point: first.zeroPoint[0]!,
    second_zero_point: second.zeroPoint[0]!,
    ...factors,
    zero_point: output.zeroPoint[0]!,
    ...clampOf(op.activation, output),
  });
  const routine = writer.call(isShifted ? routines.addShifted : routines.addTwice);
  return [`${routine}(${placesOf(op, writer)}, ${sum});`];
}

type Pair = readonly [IntegerTensor, IntegerTensor];

/** XNNPACK's multipliers (`xnn_qs8_vadd`). */
function shifted(sign: number, inputs: Pair, output: IntegerTensor) {
  const ratios = inputs.map(({ scale }) => Math.fround(scale[0]! / output.scale[0]!));
  const shift = 20 - Math.floor(Math.log2(Math.max(...ratios)));
  const [first, second] = ratios.map((ratio) => halfEven(ratio * 2 ** shift));
  return { first_multiplier: first!, second_multiplier: sign * second!, shift };
}

/** TensorFlow Lite's multipliers: the inputs on twice the larger scale. */
function twice(sign: number, inputs: Pair, output: IntegerTensor) {
  const common = 2 * Math.max(...inputs.map(({ scale }) => scale[0]!));
  const [first, second] = inputs.map(({ scale }) => fixedPoint(scale[0]! / common));
  const last = fixedPoint(common / (2 ** 20 * output.scale[0]!));
  return {
    first_multiplier: first!.multiplier,
    first_shift: first!.shift,
    second_multiplier: second!.multiplier,
    second_shift: second!.shift,
    sign,
    multiplier: last.multiplier,
    shift: last.shift,
  };
}

/** @internal A product. */
export function multiply(op: BinaryOp, writer: Writer): string[] {
  const { layer, output, activation } = op;
  const [first, second] = op.inputs.map((input) => writer.tensor(input)) as [
    IntegerTensor,
    IntegerTensor,
  ];
  const scales = [first.scale[0]!, second.scale.slice(0, 1)] as const;
  const multipliers = multipliersOf(...scales, writer.tensor(output).scale[0]!, 1, writer.kernel);
  const delegates = writer.kernel === "xnnpack" && delegatesProduct(multipliers.factors[0]!);
  const stage = delegates ? "float32" : "twice";
  const args = [
    placesOf(op, writer),
    first.zeroPoint[0],
    second.zeroPoint[0],
    stageStruct(stage, { layer, output, activation, multipliers }, writer),
  ];
  return [`${writer.call(routines.multiply(stage))}(${args.join(", ")});`];
}

/** @internal The larger or the smaller code. */
export function extremum(op: BinaryOp, writer: Writer): string[] {
  const routine = writer.call(op.type === "maximum" ? routines.maximum : routines.minimum);
  const { smallest, largest } = clampOf(op.activation, writer.tensor(op.output));
  return [`${routine}(${placesOf(op, writer)}, ${smallest}, ${largest});`];
}

/** @internal x, or a slope times x where x is negative. */
export function prelu(op: PreluOp, writer: Writer): string[] {
  const [input, slope] = op.inputs.map((index) => writer.tensor(index)) as [
    IntegerTensor,
    IntegerTensor,
  ];
  const output = writer.tensor(op.output);
  const [x, y] = [input, output].map(({ scale }) => scale[0]!) as [number, number];
  const [above, below] = [fixedPoint(x / y), fixedPoint((x * slope.scale[0]!) / y)];
  const slopes = struct("slopes", {
    first_zero_point: input.zeroPoint[0]!,
    second_zero_point: slope.zeroPoint[0]!,
    multiplier: above.multiplier,
    shift: above.shift,
    slope_multiplier: below.multiplier,
    slope_shift: below.shift,
    zero_point: output.zeroPoint[0]!,
    smallest: output.smallest,
    largest: output.largest,
  });
  return [`${writer.call(routines.prelu)}(${placesOf(op, writer)}, ${slopes});`];
}
