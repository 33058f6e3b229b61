import type { GruOp, LstmOp, SimpleRnnOp, TableFunction } from "../../integer/index.js";
import { FloatBuilder } from "./builder.js";
import type { FloatOp, FloatProgram } from "./program.js";

type RecurrentOp = LstmOp | GruOp | SimpleRnnOp;

/**
 * @internal
 * A program whose recurrent layers are unrolled, step by step, into dense layers, sums and products, for a format that has no
 * op for them.
 *
 * @param isKept whether the format has an op
 */
export function unrolled(program: FloatProgram, isKept: (op: FloatOp) => boolean): FloatProgram {
  const isUnrolled = (op: FloatOp): op is RecurrentOp =>
    ["lstm", "gru", "simpleRnn"].includes(op.type) && !isKept(op);
  if (!program.ops.some(isUnrolled)) return program;
  const builder = new FloatBuilder();
  for (const { name, shape, values } of program.tensors) builder.tensor(name, shape, values);
  for (const op of program.ops) {
    if (isUnrolled(op)) new Unrolling(builder, op).write();
    else builder.ops.push(op);
  }
  return { ...program, tensors: builder.tensors, ops: builder.ops };
}

/** A recurrent op while its steps are written. */
class Unrolling {
  readonly #builder: FloatBuilder;
  readonly #op: RecurrentOp;
  readonly #units: number;
  /** The shape of one step. */
  readonly #shape: number[];

  constructor(builder: FloatBuilder, op: RecurrentOp) {
    this.#builder = builder;
    this.#op = op;
    this.#units = builder.tensors[op.output]!.shape.at(-1)!;
    this.#shape = [1, this.#units];
  }

  write(): void {
    const op = this.#op;
    const gates = { lstm: 4, gru: 3, simpleRnn: 1 }[op.type];
    const [x, ...weights] = op.inputs as [number, ...number[]];
    const part = (from: number) => weights.slice(from * gates, (from + 1) * gates);
    const [kernels, recurrent, biases, others] = [part(0), part(1), part(2), part(3)];
    const [, time] = this.#builder.tensors[op.output]!.shape as [number, number];
    // The products of all steps' inputs don't wait for the states.
    const products = kernels.map((kernel, g) =>
      this.#dense(x, kernel, biases[g]!, [1, time, this.#units]),
    );
    let h: number | undefined;
    let cell: number | undefined;
    const states: number[] = [];
    for (let t = 0; t < time; t++) {
      const inputs = products.map((product) => this.#at(product, t));
      const fromState = recurrent.map((kernel, g) => this.#recurrent(h, kernel, others[g]));
      if (op.type === "lstm") [h, cell] = this.#lstmStep(inputs, fromState, cell);
      else if (op.type === "gru")
        h = this.#gruStep(op, inputs, fromState, { h, kernels: recurrent });
      else h = this.#apply("tanh", this.#sum(inputs[0]!, fromState[0]));
      states.push(this.#reshape(h, [1, 1, this.#units]));
    }
    const { layer, output } = op;
    this.#builder.ops.push({ type: "concatenate", layer, inputs: states, axis: 1, output });
  }

  #lstmStep(
    inputs: number[],
    fromState: (number | undefined)[],
    cell: number | undefined,
  ): [h: number, cell: number] {
    const [i, f, g, o] = inputs.map((input, gate) =>
      this.#apply(gate === 2 ? "tanh" : this.#gate, this.#sum(input, fromState[gate])),
    ) as [number, number, number, number];
    const fresh = this.#product(i, g);
    const next = cell === undefined ? fresh : this.#sum(this.#product(f, cell), fresh);
    return [this.#product(o, this.#apply("tanh", next)), next];
  }

  #gruStep(
    op: GruOp,
    inputs: number[],
    fromState: (number | undefined)[],
    { h, kernels }: { h: number | undefined; kernels: number[] },
  ): number {
    const gate = (g: number) => this.#apply(this.#gate, this.#sum(inputs[g]!, fromState[g]));
    const [update, reset] = [gate(0), gate(1)];
    const inner = op.resetAfter
      ? fromState[2] !== undefined && this.#product(reset, fromState[2])
      : h !== undefined && this.#recurrent(this.#product(reset, h), kernels[2]!, undefined);
    const candidate = this.#apply("tanh", this.#sum(inputs[2]!, inner || undefined));
    if (h === undefined)
      return this.#binary("subtract", candidate, this.#product(update, candidate));
    const change = this.#binary("subtract", h, candidate);
    return this.#sum(candidate, this.#product(update, change));
  }

  get #gate(): TableFunction {
    return (this.#op.type !== "simpleRnn" && this.#op.gates) || "sigmoid";
  }

  /** The part of a gate that comes from the state; an empty state leaves the bias, if there is one. */
  #recurrent(h: number | undefined, kernel: number, bias: number | undefined): number | undefined {
    if (h !== undefined) return this.#dense(h, kernel, bias ?? -1, this.#shape);
    if (bias === undefined) return undefined;
    const { values } = this.#builder.tensors[bias]!;
    return this.#builder.weight(`${this.#op.layer}/first_${bias}`, () => ({
      ...{ shape: this.#shape, values: values! },
    }));
  }

  #at(sequence: number, t: number): number {
    const { layer } = this.#op;
    const slice = { type: "slice", layer, inputs: [sequence], begin: [0, t, 0] } as const;
    return this.#reshape(this.#builder.op(slice, [1, 1, this.#units]), this.#shape);
  }

  #dense(input: number, kernel: number, bias: number, shape: number[]): number {
    const inputs = [input, kernel, bias];
    const { layer } = this.#op;
    return this.#builder.op({ type: "fullyConnected", layer, inputs, activation: "none" }, shape);
  }

  #apply(name: TableFunction, input: number): number {
    const { layer } = this.#op;
    return this.#builder.op({ type: "table", layer, inputs: [input], function: name }, this.#shape);
  }

  #sum(a: number, b: number | undefined): number {
    return b === undefined ? a : this.#binary("add", a, b);
  }

  #product(a: number, b: number): number {
    return this.#binary("multiply", a, b);
  }

  #binary(type: "add" | "subtract" | "multiply", a: number, b: number): number {
    const { layer } = this.#op;
    return this.#builder.op({ type, layer, inputs: [a, b], activation: "none" }, this.#shape);
  }

  #reshape(input: number, shape: number[]): number {
    return this.#builder.op({ type: "reshape", layer: this.#op.layer, inputs: [input] }, shape);
  }
}
