import type { IntegerOp, IntegerProgram, IntegerTensor, KernelName } from "../../integer/index.js";
import { type Plan, planMemory } from "./arena/plan.js";
import { Constants } from "./constants.js";
import { parameterName } from "./parameters.js";
import { copyWhole } from "./routines/copying.js";
import { inOrder, type Routine } from "./routines/routine.js";
import { bytesOf, sizeOf } from "./sizes.js";

/** @internal The source file that is being written, as the writers of ops see it. */
export class Writer {
  readonly plan: Plan;
  readonly constants = new Constants();
  readonly #routines = new Set<Routine>();
  readonly #byName = new Map<string, Routine>();

  constructor(readonly program: IntegerProgram) {
    this.plan = planMemory(program);
  }

  get kernel(): KernelName {
    return this.program.kernel;
  }

  /** The name of a routine, which is written before it is called. */
  call(routine: Routine): string {
    if (!this.#byName.has(routine.name)) {
      this.#byName.set(routine.name, routine);
      this.#routines.add(routine);
    }
    return routine.name;
  }

  /** The routines that were called and what they need, in an order in which C can read them. */
  get routines(): Routine[] {
    return inOrder(this.#routines);
  }

  tensor(index: number): IntegerTensor {
    return this.program.tensors[index]!;
  }

  /** The C expression of a tensor's first code. */
  at(index: number): string {
    const place = this.plan.places[index]!;
    switch (place.kind) {
      case "input":
        return parameterName("input", place.index, this.program.inputs.length);
      case "output":
        return parameterName("output", place.index, this.program.outputs.length);
      case "constant":
        return this.constant(index);
      case "arena": {
        const arena = place.offset === 0 ? "arena" : `arena + ${place.offset}`;
        return bytesOf(this.tensor(index)) === 1 ? arena : `(int32_t *)(${arena})`;
      }
    }
  }

  /** The name of a constant tensor's array. */
  constant(index: number): string {
    const { name, codes, type } = this.tensor(index);
    const from = codes as ArrayLike<number>;
    return this.constants.add(name, type === "int8" ? Int8Array.from(from) : Int32Array.from(from));
  }

  /** Copies all codes of a tensor to another one, if they aren't in the same place. */
  copyWhole(from: string, to: string, tensor: IntegerTensor): string[] {
    if (from === to) return [];
    const routine = copyWhole(bytesOf(tensor) === 1 ? "int8_t" : "int32_t");
    return [`${this.call(routine)}(${from}, ${to}, ${sizeOf(tensor)});`];
  }
}

/** @internal Writes the statements of an op. */
export type OpWriter<T extends IntegerOp = IntegerOp> = (op: T, writer: Writer) => string[];

/** @internal A value of a struct in C. */
export function struct(name: string, fields: Record<string, number | string | number[]>): string {
  const values = Object.entries(fields).map(([field, value]) => {
    return `.${field} = ${Array.isArray(value) ? `{${value.join(", ")}}` : value}`;
  });
  return `&(const struct ${name}){${values.join(", ")}}`;
}
