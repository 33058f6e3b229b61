import {
  type ConstantCodes,
  createEngine,
  type Engine,
  type EngineOptions,
  type IntegerOp,
  type IntegerTensor,
  type IntegerType,
  type KernelName,
} from "../../src/integer/index.js";

const ends: Record<IntegerType, number> = { int8: 127, int16: 32767, int32: 2 ** 31 - 1, int64: 0 };

/** A tensor of 8 bits with one scale, unless the options say otherwise. */
export function tensor(shape: number[], options: Partial<IntegerTensor> = {}): IntegerTensor {
  const type = options.type ?? "int8";
  return {
    name: "tensor",
    shape,
    type,
    smallest: -ends[type] - 1,
    largest: ends[type],
    scale: Float32Array.of(0.05),
    zeroPoint: Int32Array.of(0),
    ...options,
  };
}

/** A constant whose codes come from a function. */
export function constant(
  shape: number[],
  scale: number,
  code: (index: number) => number,
  type: IntegerType = "int8",
): IntegerTensor {
  const codes: ConstantCodes = Float64Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    (_, i) => Math.round(code(i)),
  );
  return tensor(shape, { type, scale: Float32Array.of(scale), codes });
}

/** The values of a tensor's codes. */
export function valuesOf(codes: ArrayLike<number>, { scale, zeroPoint }: IntegerTensor): number[] {
  return Array.from(codes, (code) => scale[0]! * (code - zeroPoint[0]!));
}

type Fields<T> = T extends IntegerOp ? Omit<T, "layer" | "inputs" | "output"> : never;

/** An engine for one op that reads all tensors but the last, which it writes; the first is the input. */
export function oneOp(
  fields: Fields<IntegerOp>,
  tensors: IntegerTensor[],
  options?: EngineOptions,
  kernel: KernelName = "xnnpack",
): Engine {
  const output = tensors.length - 1;
  const inputs = tensors.slice(0, -1).map((_, i) => i);
  const op = { ...fields, layer: "the layer", inputs, output } as IntegerOp;
  const free = inputs.filter((i) => !tensors[i]!.codes);
  return createEngine(
    { name: "one op", kernel, tensors, ops: [op], inputs: free, outputs: [output] },
    options,
  );
}
