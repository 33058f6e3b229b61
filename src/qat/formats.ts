import type { LayerNode } from "../models/topology.js";
import type { IntegerFormat, LayerFormats, Scheme } from "../quantizers/index.js";
import { formatsOf, isExcluded, type LayerIdentity } from "../quantizers/scheme.js";
import { endsOf } from "./ends.js";
import { hasValues, hasWeights, quantizesInput, quantizesOutput } from "./roles.js";

/**
 * @internal
 * The formats that a layer's weights and output get; none for what isn't quantized. One that is used in several
 * places has them of all, the widest.
 */
export function formatsIn(scheme: Scheme, { uses }: LayerNode): LayerFormats {
  const formats = uses.map((node) => {
    const { weights, activations } = formatsFor(scheme, node);
    return {
      weights: hasWeights(node.layer) ? weights : undefined,
      activations: isQuantizedOutput(node) ? activations : undefined,
    };
  });
  const widest = (part: keyof LayerFormats) =>
    formats
      .flatMap((one) => one[part] ?? [])
      .reduce<IntegerFormat | undefined>((a, b) => (a && a.bits >= b.bits ? a : b), undefined);
  return { weights: widest("weights"), activations: widest("activations") };
}

/** @internal The formats that a scheme has for a layer where it stands, whatever the layer does. */
export function formatsFor(scheme: Scheme, node: LayerNode): LayerFormats {
  return formatsOf(scheme, identityOf(node), endsOf(node));
}

/** @internal Whether a scheme leaves a layer in float, whatever it is. */
export function leavesOut(scheme: Scheme, node: LayerNode): boolean {
  return isExcluded(scheme, identityOf(node));
}

/** @internal Whether what a node gives is quantized: an input, a layer's output, or values inside that make it. */
export function isQuantizedOutput(node: LayerNode): boolean {
  if (node.inputs.length === 0) return quantizesInput(node);
  return hasValues(node.layer) || quantizesOutput(node);
}

/** @internal @throws RangeError for formats of layers that aren't there, or have nothing to quantize. */
export function checkLayers(scheme: Scheme, nodes: LayerNode[]): void {
  for (const [name, formats] of Object.entries(scheme.layers)) {
    const node = nodes.find(({ layer }) => layer.name === name);
    if (!node) {
      throw new RangeError(`invalid layers: no layer "${name}" (the model has ${names(nodes)})`);
    }
    if (formats.weights && !hasWeights(node.layer)) {
      throw new RangeError(
        `invalid layers: "${name}" has no kernel (expected one of ${names(nodes.filter(({ layer }) => hasWeights(layer)))})`,
      );
    }
    if (formats.activations && !isQuantizedOutput(node)) {
      throw new RangeError(
        `invalid layers: the output of "${name}" isn't quantized (expected one of ${names(nodes.filter(isQuantizedOutput))})`,
      );
    }
  }
  const types = [...new Set(nodes.map(({ layer }) => layer.getClassName()))];
  for (const type of Object.keys(scheme.types)) {
    if (types.includes(type)) continue;
    throw new RangeError(
      `invalid types: no layer is a ${type} (the model has ${types.join(", ")})`,
    );
  }
  for (const one of scheme.exclude) {
    if (types.includes(one) || nodes.some(({ layer }) => layer.name === one)) continue;
    throw new RangeError(
      `invalid exclude: no layer "${one}", by name or type (the model has ${names(nodes)})`,
    );
  }
  const quantized = nodes.map((node) => formatsIn(scheme, node));
  if (quantized.some(({ weights, activations }) => weights || activations)) return;
  throw new RangeError(
    `invalid scheme: ${scheme} quantizes no layer of the model (it has ${names(nodes)})`,
  );
}

function identityOf({ layer }: LayerNode): LayerIdentity {
  return { name: layer.name, type: layer.getClassName() };
}

function names(nodes: LayerNode[]): string {
  return nodes.map(({ layer }) => layer.name).join(", ");
}
