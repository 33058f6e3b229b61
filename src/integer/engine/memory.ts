import { type Codes, type Context, sizeOf } from "../ops/index.js";
import type { IntegerProgram, IntegerTensor } from "../program/index.js";

/** The memory of an engine: the codes of all tensors, and accumulators. */
export class Memory {
  readonly #program: IntegerProgram;
  readonly #codes: Codes[];
  readonly #keep: boolean;
  readonly #kept = new Map<number, Int32Array | Float64Array>();
  #scratch = new ArrayBuffer(0);

  constructor(program: IntegerProgram, keep: boolean) {
    this.#program = program;
    this.#keep = keep;
    this.#codes = program.tensors.map(codesOf);
    if (keep) return;
    const lengths = program.ops.map(({ output }) => sizeOf(program.tensors[output]!.shape));
    this.#scratch = new ArrayBuffer(8 * Math.max(0, ...lengths));
  }

  codes(tensor: number): Codes {
    return this.#codes[tensor]!;
  }

  kept(op: number): Int32Array | Float64Array | undefined {
    return this.#kept.get(op);
  }

  /** The engine as one op sees it. */
  contextOf(op: number): Context {
    const { kernel, tensors } = this.#program;
    return {
      kernel,
      tensor: (index) => tensors[index]!,
      codes: (index) => this.codes(index),
      accumulators: (length) =>
        this.#keep
          ? this.#remember(op, new Int32Array(length))
          : new Int32Array(this.#scratch, 0, length),
      wideAccumulators: (length) =>
        this.#keep
          ? this.#remember(op, new Float64Array(length))
          : new Float64Array(this.#scratch, 0, length),
    };
  }

  #remember<A extends Int32Array | Float64Array>(op: number, accumulators: A): A {
    this.#kept.set(op, accumulators);
    return accumulators;
  }
}

function codesOf({ type, shape, codes }: IntegerTensor): Codes {
  const from = codes ?? sizeOf(shape);
  if (type === "int32") return new Int32Array(from as ArrayLike<number>);
  if (type === "int64") return new Float64Array(from as ArrayLike<number>);
  return new Int16Array(from as ArrayLike<number>);
}
