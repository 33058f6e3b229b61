import { checkMeant, isMeant } from "../arguments/index.js";
import type { LayerNode } from "../graph/index.js";
import { ruleOf } from "../layers/index.js";
import type { IntegerFormat, LayerFormats, Scheme } from "../quantizers/index.js";
import { formatsOf, isExcluded, type LayerIdentity } from "../quantizers/index.js";
import { endsOf } from "./firstAndLast.js";
import { leadsOut, readersLike } from "./reach.js";
import { hasValues, hasWeights, quantizesInput, quantizesOutput } from "./roles.js";

/**
 * @internal
 * The formats of a layer's weights and output; `undefined` if they aren't quantized. A layer that is used in
 * several places gets the widest formats of all its places.
 */
export function formatsIn(scheme: Scheme, { uses }: LayerNode): LayerFormats {
  const formats = uses.map((node) => {
    const { weights, activations } = formatsFor(scheme, node);
    return {
      weights: hasWeights(node.layer) ? weights : undefined,
      activations: isQuantizedOutput(node) || isNamedOutput(scheme, node) ? activations : undefined,
    };
  });
  const widest = (role: keyof LayerFormats) =>
    formats
      .flatMap((place) => place[role] ?? [])
      .reduce<IntegerFormat | undefined>((a, b) => (a && a.bits >= b.bits ? a : b), undefined);
  return { weights: widest("weights"), activations: widest("activations") };
}

/** @internal The formats that a scheme has for a layer at one of its places, whatever the layer's role is. */
export function formatsFor(scheme: Scheme, node: LayerNode): LayerFormats {
  return formatsOf(scheme, identityOf(node), endsOf(node));
}

/** @internal Whether a scheme leaves a layer in float by its name or type. */
export function leavesOut(scheme: Scheme, node: LayerNode): boolean {
  return isExcluded(scheme, identityOf(node));
}

/**
 * @internal
 * Whether a node's values are quantized: those of an input, a layer's output, or values inside that make the
 * output.
 */
export function isQuantizedOutput(node: LayerNode): boolean {
  if (node.inputs.length === 0) return quantizesInput(node);
  return hasValues(node.layer) || quantizesOutput(node);
}

/**
 * @internal
 * Whether a node makes the model's output, which stays in float, and the scheme has a format for it under its own
 * name: then it is quantized, so that training sees the codes in which a deployed model answers.
 */
export function isNamedOutput(scheme: Scheme, node: LayerNode): boolean {
  const named = Object.hasOwn(scheme.layers, node.name) ? scheme.layers[node.name] : undefined;
  if (!named?.activations || node.inputs.length === 0) return false;
  return ruleOf(node.layer).role !== "passes" && leadsOut(node);
}

/**
 * @internal
 * @throws RangeError if the scheme has formats for layers that the model lacks, or that have nothing to
 *   quantize
 */
export function checkLayers(scheme: Scheme, nodes: LayerNode[]): void {
  const all = nodes.map(({ name }) => name);
  for (const [name, formats] of Object.entries(scheme.layers)) {
    checkMeant("layers", name, all);
    const meant = nodes.filter((node) => isMeant(name, node.name));
    if (formats.weights && !meant.some(({ layer }) => hasWeights(layer))) {
      throw new RangeError(
        `invalid layers: "${name}" has no kernel (expected one of ${names(nodes.filter(({ layer }) => hasWeights(layer)))})`,
      );
    }
    const rounds = (node: LayerNode) => isQuantizedOutput(node) || isNamedOutput(scheme, node);
    if (formats.activations && !meant.some(rounds)) {
      throw new RangeError(
        `invalid layers: the output of "${name}" isn't quantized (expected one of ${names(nodes.filter(isQuantizedOutput))})`,
      );
    }
  }
  checkTypes(scheme, nodes);
  for (const node of nodes) checkMasks(scheme, node);
  const quantized = nodes.map((node) => formatsIn(scheme, node));
  if (quantized.some(({ weights, activations }) => weights || activations)) return;
  throw new RangeError(
    `invalid scheme: ${scheme} quantizes no layer of the model (it has ${names(nodes)})`,
  );
}

/** @internal @throws RangeError if the scheme names a type of layer, or a layer to exclude, that the model doesn't have. */
export function checkTypes(scheme: Scheme, nodes: readonly LayerNode[]): void {
  const types = [...new Set(nodes.map(({ layer }) => layer.getClassName()))];
  for (const type of Object.keys(scheme.types)) {
    if (types.includes(type)) continue;
    throw new RangeError(
      `invalid types: no layer is a ${type} (the model has ${types.join(", ")})`,
    );
  }
  for (const pattern of scheme.exclude) {
    if (types.includes(pattern) || nodes.some(({ name }) => isMeant(pattern, name))) continue;
    throw new RangeError(
      `invalid exclude: no layer "${pattern}", by name or type (the model has ${names(nodes)})`,
    );
  }
}

/** @throws TypeError if a mask compares exact values that other layers read rounded */
function checkMasks(scheme: Scheme, node: LayerNode): void {
  if (!formatsIn(scheme, node).activations) return;
  const [mask] = readersLike(node, ({ layer }) => ruleOf(layer).compares === true);
  if (!mask) return;
  throw new TypeError(
    `cannot quantize the output of layer "${node.name}" (${node.layer.getClassName()}): "${mask.name}" (${mask.layer.getClassName()}) compares its exact values, and other layers read them rounded (expected "${mask.name}" as its only reader, or exclude: ["${node.name}"])`,
  );
}

function identityOf({ layer, name }: LayerNode): LayerIdentity {
  return { name, type: layer.getClassName() };
}

function names(nodes: readonly LayerNode[]): string {
  return nodes.map(({ name }) => name).join(", ");
}
