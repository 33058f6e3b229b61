import {
  type Conv2dOp,
  type DepthwiseConv2dOp,
  delegatesTransposed,
  type FullyConnectedOp,
  geometryOf,
  type IntegerTensor,
  inEights,
  multipliersOf,
  roundingOf,
  type TransposedConv2dOp,
} from "../../../integer/index.js";
import * as routines from "../routines/convolution.js";
import type { Stage } from "../routines/stage.js";
import { packNibbles, type Storage } from "../routines/weights.js";
import { sizeOf } from "../sizes.js";
import { struct, type Writer } from "../writer.js";
import { stageStruct } from "./stage.js";

type Summing = Conv2dOp | DepthwiseConv2dOp | FullyConnectedOp | TransposedConv2dOp;

/** The routine of an op, the fields of its window, and the axis of the output's channels in its weights. */
interface Form {
  routine(storage: Storage, stage: Stage): { name: string; text: string };
  readonly window: Record<string, number>;
  readonly channelAxis: number;
}

/** @internal A convolution. */
export function conv2d(op: Conv2dOp, writer: Writer): string[] {
  const form = { routine: routines.conv2d, window: windowOf(op, writer), channelAxis: 0 };
  return summing(op, form, stageOf(op, writer), writer);
}

/** @internal A transposed convolution. */
export function transposedConv2d(op: TransposedConv2dOp, writer: Writer): string[] {
  const [, kernelHeight = 1, kernelWidth = 1] = writer.tensor(op.inputs[1]!).shape;
  const [x, y] = [writer.tensor(op.inputs[0]!), writer.tensor(op.output)];
  // The padding is that of the convolution that leads from the output to the input.
  const back = geometryOf(y, x, [kernelHeight, kernelWidth], op);
  const forward = fields({ ...back, ...sidesOf(x, y) }, y);
  const form = { routine: routines.transposedConv2d, window: forward, channelAxis: 0 };
  const delegates = delegatesTransposed(op, [kernelHeight, kernelWidth]);
  const leaves = writer.kernel === "xnnpack" && !delegates;
  return summing(op, form, stageOf(op, writer, leaves ? "tflite-optimized" : undefined), writer);
}

/** @internal A dense layer: a convolution of 1 × 1 over a row of examples. */
export function fullyConnected(op: FullyConnectedOp, writer: Writer): string[] {
  const [out = 1, taps = 1] = writer.tensor(op.inputs[1]!).shape;
  const rows = sizeOf(writer.tensor(op.inputs[0]!)) / taps;
  const flat = (tensor: IntegerTensor, channels: number): IntegerTensor => ({
    ...tensor,
    shape: [1, 1, rows, channels],
  });
  const x = flat(writer.tensor(op.inputs[0]!), taps);
  const y = flat(writer.tensor(op.output), out);
  const window = fields(geometryOf(x, y, [1, 1], { strides: [1, 1], padding: "valid" }), y);
  const form = { routine: routines.conv2d, window, channelAxis: 0 };
  return summing(op, form, stageOf(op, writer), writer);
}

/** @internal A depthwise convolution. */
export function depthwiseConv2d(op: DepthwiseConv2dOp, writer: Writer): string[] {
  const form = {
    routine: op.multiplier === 1 ? routines.depthwiseConv2d : routines.multipliedDepthwiseConv2d,
    window: windowOf(op, writer),
    channelAxis: 3,
  };
  return summing(op, form, stageOf(op, writer), writer);
}

/** The stage of an op of a kernel: an int32 output takes the accumulators as they are. */
function stageOf(op: Summing, writer: Writer, kernel = writer.kernel): Stage {
  if (writer.tensor(op.output).type === "int32") return "none";
  const rounding = roundingOf(op.type, kernel);
  return rounding === "twiceUp" && inEights.has(op.type) ? "twiceTail" : rounding;
}

function summing(op: Summing, form: Form, stage: Stage, writer: Writer): string[] {
  const [input, kernel, bias] = op.inputs as [number, number, number];
  const x = writer.tensor(input);
  const weights = writer.tensor(kernel);
  const packed = weights.smallest >= -8 && weights.largest <= 7;
  const routine = writer.call(form.routine(packed ? "int4" : "int8", stage));
  const args = [
    writer.at(input),
    packed
      ? writer.constants.add(weights.name, packNibbles(weights.codes!))
      : writer.constant(kernel),
    bias >= 0 ? writer.constant(bias) : "NULL",
    writer.at(op.output),
    struct("window", form.window),
    String(x.zeroPoint[0]),
  ];
  if (stage !== "none") {
    const channels = weights.shape[form.channelAxis]!;
    const scale = writer.tensor(op.output).scale[0]!;
    const multipliers = multipliersOf(
      ...([x.scale[0]!, weights.scale, scale, channels, writer.kernel] as const),
    );
    const { layer, output, activation } = op;
    args.push(stageStruct(stage, { layer, output, activation, multipliers }, writer));
  }
  return [`${routine}(${args.join(", ")});`];
}

function windowOf(op: Conv2dOp | DepthwiseConv2dOp, writer: Writer): Record<string, number> {
  const [, height = 1, width = 1] = writer.tensor(op.inputs[1]!).shape;
  const y = writer.tensor(op.output);
  return fields(geometryOf(writer.tensor(op.inputs[0]!), y, [height, width], op), y);
}

/** The sides of the tensors, for a window whose geometry is that of the way back. */
function sidesOf(x: IntegerTensor, y: IntegerTensor) {
  const [, height = 1, width = 1, channels = 1] = x.shape;
  const [, outHeight = 1, outWidth = 1] = y.shape;
  return { height, width, channels, outHeight, outWidth };
}

/** @internal The fields of a window in C. */
export function fields(
  g: ReturnType<typeof geometryOf>,
  output: IntegerTensor,
): Record<string, number> {
  return {
    in_height: g.height,
    in_width: g.width,
    in_channels: g.channels,
    out_height: g.outHeight,
    out_width: g.outWidth,
    out_channels: output.shape.at(-1) ?? 1,
    kernel_height: g.kernelHeight,
    kernel_width: g.kernelWidth,
    stride_y: g.strideY,
    stride_x: g.strideX,
    dilation_y: g.dilationY,
    dilation_x: g.dilationX,
    pad_top: g.padTop,
    pad_left: g.padLeft,
  };
}
