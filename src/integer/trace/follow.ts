import { type Displayable, displaySymbol, type MimeBundle, table } from "../../display/index.js";
import type {
  Conv2dOp,
  DepthwiseConv2dOp,
  FullyConnectedOp,
  IntegerOp,
  IntegerProgram,
} from "../program/index.js";

/** One product of the sum that makes an output. */
export interface Term {
  /** The code of the input, the zero point taken off. */
  readonly x: number;
  /** The code of the weight. */
  readonly weight: number;
  readonly product: number;
}

/** The way of one output from the codes that it is made of to its own code. */
export interface FollowedOutput extends Displayable {
  readonly terms: readonly Term[];
  /** The code of the bias. */
  readonly bias: number;
  /** The sum of all products, and of the bias. */
  readonly accumulator: number;
  /** The float32 multiplier of XNNPACK, or the real number that `multiplier` and `shift` stand for. */
  readonly factor: number;
  /** The integer multiplier of TensorFlow Lite's kernels: the factor is near multiplier · 2^(shift − 31). */
  readonly multiplier: number;
  readonly shift: number;
  readonly zeroPoint: number;
  /** The output's code. */
  readonly code: number;
  toString(): string;
}

/** An op whose outputs are sums of products with constant weights. */
export type FollowedOp = Conv2dOp | DepthwiseConv2dOp | FullyConnectedOp;

/** Whether an op's outputs can be followed. */
export function canBeFollowed(op: IntegerOp): op is FollowedOp {
  return ["conv2d", "depthwiseConv2d", "fullyConnected"].includes(op.type);
}

/** The products that make one output: an op's input codes and its weights. */
export function termsOf(
  program: IntegerProgram,
  op: FollowedOp,
  input: ArrayLike<number>,
  index: readonly number[],
): Term[] {
  const x = program.tensors[op.inputs[0]!]!;
  const weights = program.tensors[op.inputs[1]!]!;
  const zeroPoint = x.zeroPoint[0]!;
  const channel = index.at(-1)!;
  const term = (at: number | undefined, weightAt: number): Term => {
    const code = at === undefined ? 0 : input[at]! - zeroPoint;
    const weight = weights.codes![weightAt]!;
    return { x: code, weight, product: code * weight };
  };
  if (op.type === "fullyConnected") {
    const length = weights.shape[1]!;
    const row = index.slice(1, -1).reduce((at, i, axis) => at * x.shape[axis + 1]! + i, 0);
    return Array.from({ length }, (_, i) => term(row * length + i, channel * length + i));
  }
  const [, kernelHeight = 1, kernelWidth = 1, depth = 1] = weights.shape;
  const [, height = 1, width = 1, channels = 1] = x.shape;
  const output = program.tensors[op.output]!.shape;
  const start = [0, 1].map((axis) => {
    const [length, out] = [x.shape[axis + 1]!, output[axis + 1]!];
    const covered =
      (out - 1) * op.strides[axis]! + (weights.shape[axis + 1]! - 1) * op.dilations[axis]! + 1;
    const before = op.padding === "valid" ? 0 : Math.floor(Math.max(0, covered - length) / 2);
    return index[axis + 1]! * op.strides[axis]! - before;
  });
  const terms: Term[] = [];
  for (let ky = 0; ky < kernelHeight; ky++) {
    for (let kx = 0; kx < kernelWidth; kx++) {
      const y = start[0]! + ky * op.dilations[0];
      const column = start[1]! + kx * op.dilations[1];
      const inside = y >= 0 && y < height && column >= 0 && column < width;
      const pixel = (y * width + column) * channels;
      const tap = ky * kernelWidth + kx;
      if (op.type === "depthwiseConv2d") {
        const from = Math.floor(channel / op.multiplier);
        terms.push(term(inside ? pixel + from : undefined, tap * depth + channel));
        continue;
      }
      for (let c = 0; c < depth; c++) {
        const at = (channel * kernelHeight * kernelWidth + tap) * depth + c;
        terms.push(term(inside ? pixel + c : undefined, at));
      }
    }
  }
  return terms;
}

/** A followed output that shows itself as a table, and as a sentence. */
export function shown(
  output: Omit<FollowedOutput, keyof Displayable | "toString">,
): FollowedOutput {
  const { terms, bias, accumulator, factor, zeroPoint, code } = output;
  const sum = terms.reduce((total, { product }) => total + product, 0);
  const text =
    `Σ ${sum} + bias ${bias} = ${accumulator}; · ${factor.toPrecision(6)} = ${(accumulator * factor).toFixed(3)}; + zero point ${zeroPoint} → code ${code}`.replace(
      /(^|\s)-(?=\d)/g,
      "$1−",
    );
  return {
    ...output,
    toString: () => text,
    [displaySymbol](): MimeBundle {
      const shownTerms = terms.slice(0, mostTerms);
      const rows = shownTerms.map(({ x, weight, product }) => [x, weight, product].map(String));
      return table(
        [
          { name: "input code − zero point", align: "right" },
          { name: "weight code", align: "right" },
          { name: "product", align: "right" },
        ],
        terms.length > mostTerms ? [...rows, null] : rows,
        { caption: text, footer: ["", "sum", String(sum)] },
      );
    },
    [Symbol.for("nodejs.util.inspect.custom")]: () => text,
  } as FollowedOutput;
}

/** How many products a table shows. */
const mostTerms = 30;
