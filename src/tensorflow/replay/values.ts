import type { Trace } from "../compile/values.js";
import { tf } from "../tf.js";
import { signatureOf } from "./call.js";
import { dtypeNamed } from "./dtypes.js";

/** @internal A value of a trace: how many elements it has, and in whose memory it lies. */
export interface Value {
  dtype: tf.DataType;
  size: number;
  /** The value whose memory this is; itself, if it has its own. */
  owner: number;
  /** The place of the first element in the owner's memory. */
  offset: number;
}

/** @internal The values of a trace by their numbers. */
export function valuesOf(trace: Trace): Map<number, Value> {
  const values = new Map<number, Value>();
  const add = (id: number, dtype: tf.DataType, shape: readonly number[]) =>
    values.set(id, { dtype, size: tf.util.sizeFromShape([...shape]), owner: id, offset: 0 });
  for (const [id, source] of trace.sources) {
    switch (source.kind) {
      case "argument":
        add(
          id,
          dtypeNamed(trace.argumentTypes[source.index]!),
          trace.argumentShapes[source.index]!,
        );
        break;
      case "variable":
      case "updated":
        add(id, source.variable.dtype, source.variable.shape);
        break;
      case "feed":
        add(id, source.feed.dtype, []);
        break;
      case "constant":
        add(id, dtypeNamed(source.constant.dtype), [source.constant.values.length]);
        break;
      case "held":
        add(id, source.tensor.dtype, source.tensor.shape);
        break;
    }
  }
  for (const operation of trace.operations) {
    const { views } = signatureOf(operation);
    operation.outputs.forEach(({ id, shape, dtype }, i) => {
      add(id, dtypeNamed(dtype), shape);
      const view = views[i];
      const base = view && values.get(operation.inputs[view.input] as number);
      if (!base) return;
      const value = values.get(id)!;
      value.owner = base.owner;
      value.offset = base.offset + view.offset;
    });
  }
  return values;
}
