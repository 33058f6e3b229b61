import type { LayerNode } from "../models/topology.js";
import type { LayerFormats, Scheme } from "../quantizers/index.js";
import { formatsOf } from "../quantizers/scheme.js";
import { kernelName, quantizesOutput } from "./roles.js";

/** @internal The formats that a layer's kernel and output get; none for what isn't quantized. */
export function formatsIn(scheme: Scheme, node: LayerNode): LayerFormats {
  const { weights, activations } = formatsOf(scheme, node.layer.name);
  return {
    weights: hasKernel(node) ? weights : undefined,
    activations: isQuantizedOutput(node) ? activations : undefined,
  };
}

/** @internal Whether what a node gives is quantized: an input, or a layer's output. */
export function isQuantizedOutput(node: LayerNode): boolean {
  return node.inputs.length === 0 || quantizesOutput(node);
}

/** @internal @throws RangeError for formats of layers that aren't there, or have nothing to quantize. */
export function checkLayers(scheme: Scheme, nodes: LayerNode[]): void {
  for (const [name, formats] of Object.entries(scheme.layers)) {
    const node = nodes.find(({ layer }) => layer.name === name);
    if (!node) {
      throw new RangeError(`invalid layers: no layer "${name}" (the model has ${names(nodes)})`);
    }
    if (formats.weights && !hasKernel(node)) {
      throw new RangeError(
        `invalid layers: "${name}" has no kernel (expected one of ${names(nodes.filter(hasKernel))})`,
      );
    }
    if (formats.activations && !isQuantizedOutput(node)) {
      throw new RangeError(
        `invalid layers: the output of "${name}" isn't quantized (expected one of ${names(nodes.filter(isQuantizedOutput))})`,
      );
    }
  }
}

function hasKernel({ layer }: LayerNode): boolean {
  return kernelName(layer.getClassName()) !== undefined;
}

function names(nodes: LayerNode[]): string {
  return nodes.map(({ layer }) => layer.name).join(", ");
}
