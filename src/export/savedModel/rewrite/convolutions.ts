import { nodeBackend, type OpAttribute, type Operation } from "../../../tensorflow/index.js";
import { carry } from "./carry.js";
import type { Rewriting } from "./rewriting.js";

/**
 * @internal
 * Writes the products with matrices that are rounded per channel as convolutions with windows of 1 × 1. Python's
 * converter to TensorFlow Lite fails on such a product, since it transposes the matrix, and its scales stay behind.
 */
export function convolveWithChannels(ops: Rewriting): void {
  for (const rounding of ops.ops("FakeQuantWithMinMaxVarsPerChannel")) {
    const [output] = rounding.outputs as [Operation["outputs"][number]];
    const products = ops.readersOf(rounding) ?? [];
    const multiplies = ({ name, inputs: [rows, matrix] }: Operation) =>
      name === "BatchMatMulV2" && matrix === output.id && ops.shapeOf(rows!).length === 2;
    if (output.shape.length !== 2 || !products.every(multiplies)) continue;
    const shape = [1, 1, ...output.shape];
    ops.reshapeInput(rounding, 0, shape);
    output.shape = shape;
    for (const product of products) convolve(ops, product);
  }
}

function convolve(ops: Rewriting, product: Operation): void {
  const [rows, columns] = ops.shapeOf(product.inputs[0]!) as [number, number];
  ops.reshapeInput(product, 0, [-1, 1, 1, columns], [rows, 1, 1, columns]);
  product.name = "Conv2D";
  product.attributes = convolution(product.attributes.filter(({ name }) => name === "T"));
  carry(ops, product, ([rows, channels]) => [rows!, 1, 1, channels!]);
}

/** The attributes of a Conv2D whose window goes over all positions. */
function convolution(type: OpAttribute[]): OpAttribute[] {
  const { TF_ATTR_INT, TF_ATTR_STRING } = nodeBackend().binding;
  return [
    ...type,
    { name: "strides", type: TF_ATTR_INT, value: [1, 1, 1, 1] },
    { name: "padding", type: TF_ATTR_STRING, value: "VALID" },
    { name: "data_format", type: TF_ATTR_STRING, value: "NHWC" },
  ];
}
