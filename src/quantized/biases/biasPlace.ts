import { biasOf, makingWeight, ruleOf } from "../../layers/index.js";
import { TrainedBatchNorm } from "../batchNorm/trainedBatchNorm.js";
import type { QuantizedLayer } from "../quantizedLayer.js";
import type { TensorQuantizer } from "../tensorQuantizer.js";
import { inputQuantizer } from "./inputQuantizer.js";

/** A bias whose grid is known: that of the products of a layer's input and kernel. */
export interface BiasPlace {
  /** The property that keeps the bias. */
  path: string;
  /** The quantizer of the layer's input. */
  input: TensorQuantizer;
  /** The quantizer of the kernel. */
  kernel: TensorQuantizer;
}

/** @internal The place of a layer's bias, or the reason why its grid isn't known; `undefined` without a bias. */
export function biasPlace(layer: QuantizedLayer): BiasPlace | string | undefined {
  if (layer.weightQuantizers.size === 0 || !hasBias(layer)) return undefined;
  const paths = pathsOf(layer);
  const kernel = paths && layer.weightQuantizers.get(paths.kernel);
  if (!kernel) return "the sums inside have no single grid";
  const input = inputQuantizer(layer);
  if (!input) return "its input isn't quantized, or not everywhere alike";
  return { path: paths.bias, input, kernel };
}

function hasBias({ inner }: QuantizedLayer): boolean {
  const names = inner.weights.map(({ originalName }) => originalName);
  return biasOf(inner) !== undefined || names.some((name) => /(^|[/_])bias$/.test(name));
}

/** The paths of a bias and of the kernel to whose products it is added. */
function pathsOf({ inner }: QuantizedLayer): { bias: string; kernel: string } | undefined {
  if (inner instanceof TrainedBatchNorm) return { bias: "folded", kernel: "kernel" };
  const { bias } = ruleOf(inner);
  const kernel = makingWeight(inner);
  if (!bias || !kernel || kernel.from === "inside") return undefined;
  return { bias, kernel: kernel.path };
}
