import type { Constant, Operation, Trace } from "../../tensorflow/index.js";
import { nodeBackend, type OpAttribute } from "../../tensorflow/index.js";
import type { Line, Rule } from "./fit.js";

const nowhere = { stack: "" };

/** @internal Ops that compute the values that depend on the batch size from the shape of a trace's first input. */
export class BatchOps {
  /** The ops that were added; their outputs are among the trace's sources. */
  readonly added: Operation[] = [];
  /** The number of the next tensor, negative because the numbers of the binding are positive. */
  private next = -1;
  private size: number | undefined;

  constructor(private readonly trace: Trace) {}

  /** The number of a tensor that follows the rule, for input `k` of `operation`. */
  follow(rule: Exclude<Rule, { kind: "same" }>, operation: Operation, k: number): number {
    if (rule.kind === "repeated") return this.repeat(rule.base, rule.shape);
    const { lines } = rule;
    const free = lines.filter(({ slope }) => slope !== 0).length;
    if (operation.name === "Reshape" && k === 1 && free === 1) {
      return this.integers(lines.map(({ slope, offset }) => (slope === 0 ? offset : -1)));
    }
    const scalar =
      (this.trace.sources.get(operation.inputs[k] as number) as { constant: Constant }).constant
        .shape.length === 0;
    return scalar ? this.line(lines[0]!) : this.pack(lines);
  }

  private repeat(base: Constant, lines: Line[]): number {
    const input = this.constant(base);
    const { TF_INT32 } = nodeBackend().binding;
    const attributes = [typeOf("T", base.dtype), typeOf("Tidx", TF_INT32)];
    return this.add("BroadcastTo", attributes, [input, this.pack(lines)], base.dtype);
  }

  private pack(lines: Line[]): number {
    const { TF_INT32 } = nodeBackend().binding;
    const inputs = lines.map((line) => this.line(line));
    const attributes = [integer("N", inputs.length), typeOf("T", TF_INT32), integer("axis", 0)];
    return this.add("Pack", attributes, inputs);
  }

  private line({ slope, offset }: Line): number {
    const { TF_INT32 } = nodeBackend().binding;
    if (slope === 0) return this.integers(offset);
    const T = [typeOf("T", TF_INT32)];
    const size = this.batchSize();
    const product = slope === 1 ? size : this.add("Mul", T, [size, this.integers(slope)]);
    return offset === 0 ? product : this.add("AddV2", T, [product, this.integers(offset)]);
  }

  private batchSize(): number {
    if (this.size !== undefined) return this.size;
    const { TF_INT32 } = nodeBackend().binding;
    const T = this.trace.argumentTypes[0]!;
    const input = this.next--;
    this.trace.sources.set(input, { kind: "argument", index: 0 });
    const shape = this.add("Shape", [typeOf("T", T), typeOf("out_type", TF_INT32)], [input]);
    const masks = ["begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask"];
    const attributes = [
      typeOf("T", TF_INT32),
      typeOf("Index", TF_INT32),
      ...masks.map((mask) => integer(mask, 0)),
      integer("shrink_axis_mask", 1),
    ];
    const [begin, end, stride] = [[0], [1], [1]].map((values) => this.integers(values));
    this.size = this.add("StridedSlice", attributes, [shape, begin!, end!, stride!]);
    return this.size;
  }

  private integers(values: number | number[]): number {
    const { TF_INT32 } = nodeBackend().binding;
    const shape = typeof values === "number" ? [] : [values.length];
    const list = Int32Array.from([values].flat());
    return this.constant({ values: list, shape, dtype: TF_INT32, site: nowhere });
  }

  private constant(constant: Constant): number {
    const id = this.next--;
    this.trace.sources.set(id, { kind: "constant", constant });
    return id;
  }

  private add(
    name: string,
    attributes: OpAttribute[],
    inputs: number[],
    dtype = nodeBackend().binding.TF_INT32,
  ): number {
    const id = this.next--;
    const operation = {
      name,
      attributes,
      inputs,
      outputs: [{ id, shape: [], dtype }],
      site: nowhere,
    };
    this.added.push(operation);
    this.trace.sources.set(id, { kind: "operation", operation, output: 0 });
    return id;
  }
}

function typeOf(name: string, value: number): OpAttribute {
  return { name, type: nodeBackend().binding.TF_ATTR_TYPE, value };
}

function integer(name: string, value: number): OpAttribute {
  return { name, type: nodeBackend().binding.TF_ATTR_INT, value };
}
