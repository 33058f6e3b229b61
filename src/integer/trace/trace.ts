import { type Displayable, displaySymbol, type MimeBundle } from "../../display/index.js";
import { dequantize, multiplierOf } from "../arithmetic/index.js";
import { createEngine } from "../engine/index.js";
import type { IntegerOp, IntegerProgram, IntegerTensor } from "../program/index.js";
import { codesFigure } from "./figure.js";
import { canBeFollowed, type FollowedOutput, shown, termsOf } from "./follow.js";
import { traceTable } from "./table.js";

/** The integers of one op, for one example. */
export interface TracedOp extends Displayable {
  /** The layer that the op belongs to; some layers are several ops. */
  readonly layer: string;
  readonly type: IntegerOp["type"];
  /** The output's shape, the batch as 1. */
  readonly shape: readonly number[];
  /** The output's codes, in the order of the shape. */
  readonly codes: Int16Array | Int32Array;
  readonly scale: Float32Array;
  readonly zeroPoint: Int32Array;
  /** The values of the codes, float32. */
  readonly values: Float32Array;
  /** The sums of products and bias, one for each output, if the op makes sums. */
  readonly accumulators?: Int32Array | Float64Array;
  /**
   * The factor that takes accumulators to codes, one for each output channel, if the op makes sums and writes codes:
   * as a number, and as the integer multiplier and shift of TensorFlow Lite's kernels.
   */
  readonly multipliers?: readonly { factor: number; multiplier: number; shift: number }[];
  /**
   * Follows one output of a convolution or dense layer from its inputs' codes to its own.
   *
   * @param index the output's place without the batch, as in `[row, column, channel]`
   * @throws RangeError if there is no such output; TypeError if the op is no sum of products
   */
  follow(index: readonly number[]): FollowedOutput;
  toString(): string;
}

/**
 * The integers of one example on their way through a model: the codes that every op writes, its accumulators,
 * and the multipliers between them.
 *
 * @example
 * const trace = q.convert(qat).trace(test.xs.slice(0, 1));
 * trace.at("conv_relu").codes.length; // 512
 */
export class IntegerTrace implements Displayable {
  /** The ops, in their order. */
  readonly ops: readonly TracedOp[];
  readonly #program: IntegerProgram;

  /** @internal @param inputs the codes of the inputs, of one example */
  constructor(program: IntegerProgram, inputs: readonly ArrayLike<number>[]) {
    this.#program = program;
    const engine = createEngine(program, { accumulators: true });
    engine.run(inputs);
    const codes = program.tensors.map((tensor, i) =>
      tensor.codes ? undefined : engine.codes(i).slice(),
    );
    this.ops = program.ops.map((op, i) => tracedOp(program, op, codes, engine.accumulators(i)));
  }

  /**
   * The last op of a layer, which makes the layer's output.
   *
   * @param layer the layer's name; the name of a nonlinearity that is part of the op before stands for that op
   * @throws RangeError if the model has no op of that name
   * @example
   * const trace = q.convert(qat).trace(test.xs.slice(0, 1));
   * trace.at("logits").shape; // [ 1, 10 ]
   */
  at(layer: string): TracedOp {
    const tensor = this.#program.layers?.[layer];
    const index =
      tensor === undefined
        ? this.#program.ops.findLastIndex((op) => op.layer === layer)
        : this.#program.ops.findIndex((op) => op.output === tensor);
    if (index >= 0) return this.ops[index]!;
    const names = [...new Set(this.#program.ops.map((op) => op.layer))];
    throw new RangeError(`invalid layer: "${layer}" (expected one of ${names.join(", ")})`);
  }

  /**
   * The model's name, how many ops it has, and its kernel.
   *
   * @example
   * String(q.convert(qat).trace(test.xs.slice(0, 1))).split(",")[1]; // " as xnnpack computes"
   */
  toString(): string {
    return `trace of "${this.#program.name}": ${this.ops.length} ops, as ${this.#program.kernel} computes`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  [displaySymbol](): MimeBundle {
    return traceTable(this.#program, this.ops);
  }
}

type AllCodes = readonly (Int16Array | Int32Array | undefined)[];

function tracedOp(
  program: IntegerProgram,
  op: IntegerOp,
  codes: AllCodes,
  accumulators: Int32Array | Float64Array | undefined,
): TracedOp {
  const output = program.tensors[op.output]!;
  const written = codes[op.output]!;
  const multipliers = multipliersIn(program, op);
  const text = `${op.layer} (${op.type}): [${output.shape.join(", ")}] ${output.type}`;
  const traced: TracedOp = {
    layer: op.layer,
    type: op.type,
    shape: output.shape,
    codes: written,
    scale: output.scale,
    zeroPoint: output.zeroPoint,
    values: dequantize(written, output),
    ...(accumulators && { accumulators: accumulators.slice() }),
    ...(multipliers && { multipliers }),
    follow(index: readonly number[]): FollowedOutput {
      checkIndex(op, output, index);
      if (!canBeFollowed(op)) {
        throw new TypeError(
          `cannot follow layer "${op.layer}": ${op.type} is no sum of products with weights (expected a convolution or a dense layer)`,
        );
      }
      const at = [0, ...index];
      const flat = at.reduce((sum, i, axis) => sum * output.shape[axis]! + i, 0);
      const terms = termsOf(program, op, codes[op.inputs[0]!]!, at);
      const channel = index.at(-1)!;
      return shown({
        terms,
        bias: op.inputs[2]! < 0 ? 0 : program.tensors[op.inputs[2]!]!.codes![channel]!,
        accumulator: accumulators?.[flat] ?? written[flat]!,
        ...(multipliers?.[channel] ?? { factor: 1, multiplier: 2 ** 30, shift: 1 }),
        zeroPoint: output.zeroPoint[0]!,
        code: written[flat]!,
      });
    },
    toString: () => text,
    [Symbol.for("nodejs.util.inspect.custom")]: () => text,
    [displaySymbol]: (): Promise<MimeBundle> => codesFigure(text, traced)[displaySymbol](),
  } as TracedOp;
  return traced;
}

function checkIndex(op: IntegerOp, { shape }: IntegerTensor, index: readonly number[]): void {
  const sizes = shape.slice(1);
  const fits =
    index.length === sizes.length &&
    index.every((i, axis) => Number.isInteger(i) && i >= 0 && i < sizes[axis]!);
  if (fits) return;
  throw new RangeError(
    `invalid index: [${index.join(", ")}] of layer "${op.layer}" (expected ${sizes.length} whole numbers below [${sizes.join(", ")}])`,
  );
}

/** The multipliers of an op that makes sums and writes codes. */
function multipliersIn(program: IntegerProgram, op: IntegerOp): TracedOp["multipliers"] {
  if (!canBeFollowed(op) && op.type !== "transposedConv2d") return undefined;
  const [x, weights] = op.inputs.map((input) => program.tensors[input]);
  const output = program.tensors[op.output]!;
  if (output.type === "int32" || output.type === "int64") return undefined;
  const channels = output.shape.at(-1)!;
  const { scale } = weights!;
  return Array.from({ length: channels }, (_, c) =>
    multiplierOf(
      x!.scale[0]!,
      scale[scale.length === 1 ? 0 : c]!,
      output.scale[0]!,
      program.kernel,
    ),
  );
}
