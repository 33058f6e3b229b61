import { nodeBackend } from "../loading/nodeBackend.js";
import { type GraphBuilder, type } from "./graphBuilder.js";

/**
 * @internal
 * Softmax over the last axis as TensorFlow's eager kernel computes it, for graphs that must not
 * differ in a bit: in a graph oneDNN takes the op's place, while eagerly Eigen runs (TensorFlow's
 * core/kernels/softmax_op_functor.h: exp(x − max) times the reciprocal of its sum).
 */
export function addSoftmax(builder: GraphBuilder, name: string, input: string): string {
  const { TF_FLOAT, TF_INT32, TF_ATTR_BOOL } = nodeBackend().binding;
  const T = type("T", TF_FLOAT);
  const reduction = [
    T,
    type("Tidx", TF_INT32),
    { name: "keep_dims", type: TF_ATTR_BOOL, value: true },
  ];
  const last = { values: Int32Array.of(-1), shape: [1], dtype: TF_INT32, site: { stack: "" } };
  const axis = builder.constant("last_axis", last);
  const largest = builder.add(`${name}_max`, "Max", [input, axis], reduction);
  const shifted = builder.add(`${name}_shifted`, "Sub", [input, largest], [T]);
  const powers = builder.add(`${name}_exp`, "Exp", [shifted], [T]);
  const sum = builder.add(`${name}_sum`, "Sum", [powers, axis], reduction);
  const share = builder.add(`${name}_share`, "Reciprocal", [sum], [T]);
  return builder.add(name, "Mul", [powers, share], [T]);
}
