import { shapeOf } from "./shapes.js";
import type { Operation, Trace } from "./values.js";

/** @internal An op that reads a tensor, as its input number `index`. */
export interface Use {
  operation: Operation;
  index: number;
}

/** @internal Who reads the tensors of a trace. A reshape that changes no shape is as if it weren't there. */
export class Uses {
  private readonly readers = new Map<number, Use[]>();
  /** The tensors that are returned or assigned. */
  private readonly kept: ReadonlySet<number>;

  constructor(private readonly trace: Trace) {
    this.kept = new Set([...trace.outputs, ...trace.assignments.values()]);
    for (const operation of trace.operations) {
      for (const [index, input] of operation.inputs.entries()) {
        if (typeof input !== "number") continue;
        const list = this.readers.get(input);
        if (list) list.push({ operation, index });
        else this.readers.set(input, [{ operation, index }]);
      }
    }
  }

  /** The ops that read a tensor. */
  of(id: number): Use[] {
    return (this.readers.get(id) ?? []).flatMap((use) =>
      this.isView(use.operation) && use.index === 0 ? this.of(use.operation.outputs[0]!.id) : [use],
    );
  }

  /** Whether the tensor leaves the graph. */
  leaves(id: number): boolean {
    if (this.kept.has(id)) return true;
    return (this.readers.get(id) ?? []).some(
      ({ operation }) => this.isView(operation) && this.leaves(operation.outputs[0]!.id),
    );
  }

  /** The one op that reads a tensor, if there is one and it is all that happens to the tensor. */
  only(id: number): Operation | undefined {
    const uses = this.of(id);
    return uses.length === 1 && !this.leaves(id) ? uses[0]!.operation : undefined;
  }

  /** The op that makes a tensor. */
  maker(id: number): Operation | undefined {
    const source = this.trace.sources.get(this.origin(id));
    return source?.kind === "operation" ? source.operation : undefined;
  }

  /** The tensor that a tensor is, before reshapes that change nothing. */
  origin(id: number): number {
    const source = this.trace.sources.get(id);
    if (source?.kind !== "operation" || !this.isView(source.operation)) return id;
    return this.origin(source.operation.inputs[0] as number);
  }

  private isView({ name, inputs, outputs }: Operation): boolean {
    if (name !== "Reshape") return false;
    return String(shapeOf(this.trace, inputs[0] as number)) === String(outputs[0]!.shape);
  }
}
