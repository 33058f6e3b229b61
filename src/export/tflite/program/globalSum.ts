import type { DepthwiseConv2dOp, IntegerTensor } from "../../../integer/index.js";
import { withOptions } from "../schema/options.js";
import { activationField, windowFields } from "./fields.js";
import type { Translation } from "./translation.js";

/** LiteRT's optimized kernel computes channels in groups of so many, and rounds the rest in another way. */
const group = 8;

/**
 * Whether an op multiplies all positions of an image with one number, which is the same for all channels, as integer
 * models compute a global mean.
 */
export function isGlobalSum(op: DepthwiseConv2dOp, translation: Translation): boolean {
  const { program } = translation;
  const [x, weights, bias] = op.inputs.map((index) => program.tensors[index]);
  if (weights?.type !== "int8" || !weights.codes || weights.scale.length > 1) return false;
  const [, height, width, channels] = x!.shape;
  if (translation.isPacked(op.inputs[1]!)) return false;
  const covers = weights.shape[1] === height && weights.shape[2] === width;
  const moves = op.padding !== "valid" || op.multiplier !== 1;
  if (!covers || moves || channels! % group !== 0) return false;
  return isUniform(weights) && (!bias || isUniform(bias as IntegerTensor));
}

function isUniform({ codes }: IntegerTensor): boolean {
  return codes?.every((code) => code === codes[0]) ?? false;
}

/**
 * Writes the op as a convolution over all positions of an image with one channel, whose columns are the channels: the
 * sums and their requantization are the same, and the weights are stored for one channel.
 */
export function writeGlobalSum(
  op: DepthwiseConv2dOp,
  output: number,
  translation: Translation,
): void {
  const { draft, program } = translation;
  const [x, weights, bias] = op.inputs as [number, number, number | undefined];
  const [batch, height, width, channels] = translation.shapeOf(x) as [
    number,
    number,
    number,
    number,
  ];
  const positions = height * width;
  const first = (index: number, shape: number[], suffix: string) => {
    const { codes, scale, zeroPoint } = program.tensors[index] as IntegerTensor;
    const { type } = translation.describe(index);
    const quantization = { scale: scale.slice(0, 1), zeroPoint: zeroPoint.slice(0, 1) };
    const data = codes!.slice(0, shape[1] ?? 1);
    return draft.tensor({ name: `${op.layer}/${suffix}`, shape, type, quantization, data });
  };
  const columns = draft.tensor({
    ...translation.describe(x),
    name: `${op.layer}/columns`,
    shape: [batch, positions, channels, 1],
  });
  const sums = draft.tensor({
    ...draft.tensors[output]!,
    name: `${op.layer}/sums`,
    shape: [batch, 1, channels, 1],
  });
  const asColumns = draft.integers(`${op.layer}/columnsShape`, [-1, positions, channels, 1]);
  translation.write(columns, { code: "RESHAPE", inputs: [translation.index(x), asColumns] });
  const inputs = [columns, first(weights, [1, positions, 1, 1], "weight")];
  if (bias !== undefined && bias >= 0) inputs.push(first(bias, [1], "bias"));
  translation.write(sums, {
    code: "CONV_2D",
    inputs,
    options: withOptions("Conv2DOptions", {
      ...windowFields({ strides: [1, 1], padding: "valid" }),
      ...activationField(op.activation),
    }),
  });
  const shape = draft.integers(`${op.layer}/sumsShape`, [-1, 1, 1, channels]);
  translation.write(output, { code: "RESHAPE", inputs: [sums, shape] });
}
