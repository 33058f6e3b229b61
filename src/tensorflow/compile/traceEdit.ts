import { nodeBackend } from "../loading/nodeBackend.js";
import type { Constant, Operation, Trace } from "./values.js";

/** @internal A trace that is made of another: ops in the place of others. */
export class TraceEdit {
  protected readonly sources;
  private readonly removed = new Set<Operation>();
  private readonly added: Operation[] = [];
  private next: number;

  constructor(private readonly trace: Trace) {
    this.sources = new Map(trace.sources);
    this.next = Math.min(
      nothing.next,
      ...[...this.sources.keys()].filter((id) => id < 0).map((id) => id - 1),
    );
  }

  /** The number of a tensor that no trace has. */
  protected newId(): number {
    return this.next--;
  }

  /** Puts an op, whose outputs have their numbers, in the place of others. */
  protected replace(chain: readonly Operation[], operation: Operation): void {
    for (const each of chain) this.removed.add(each);
    this.added.push(operation);
    operation.outputs.forEach(({ id }, output) => {
      this.sources.set(id, { kind: "operation", operation, output });
    });
  }

  result(): Trace {
    const { trace, sources, removed, added } = this;
    const { TF_FLOAT } = nodeBackend().binding;
    sources.set(nothing.floats, {
      kind: "constant",
      constant: empty(new Float32Array(), TF_FLOAT),
    });
    sources.set(nothing.bytes, { kind: "constant", constant: empty(new Uint8Array(), 4) });
    const kept = trace.operations.filter((operation) => !removed.has(operation));
    return { ...trace, sources, operations: [...kept, ...added] };
  }
}

/** @internal The numbers of tensors without values, and the first number that a trace doesn't have. */
export const nothing = { floats: -2, bytes: -3, next: -4 };

function empty(values: Constant["values"], dtype: number): Constant {
  return { values, shape: [0], dtype, site: { stack: "" } };
}
