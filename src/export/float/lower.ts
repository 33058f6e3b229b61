import { foldBatchNorm, graphOf, type LayerNode } from "../../graph/index.js";
import { withoutIdle } from "../../integer/index.js";
import type { tf } from "../../tensorflow/index.js";
import { FloatBuilder } from "./builder.js";
import { writeLayer, writers } from "./layers/index.js";
import { fixed, Place } from "./place.js";
import type { FloatProgram } from "./program.js";
import { refusal } from "./refusal.js";

/**
 * @internal
 * The ops of a float model, layer by layer, as files have them: batch normalization is folded into the layer before
 * it where that is possible, and channels are last.
 *
 * @throws TypeError if a layer has no form in files; the message names the layer
 */
export function floatProgramOf(model: tf.LayersModel): FloatProgram {
  checkKnown(model);
  const folded = foldBatchNorm(model);
  try {
    return { ...programOf(folded), name: model.name };
  } finally {
    folded.dispose();
  }
}

function programOf(model: tf.LayersModel): FloatProgram {
  const { nodes, outputs } = graphOf(model, { shared: true });
  const builder = new FloatBuilder();
  const written = new Map<LayerNode, number>();
  for (const node of nodes) {
    const inputs = node.inputs.map((input) => written.get(input)!);
    if (inputs.length === 0) {
      written.set(node, builder.tensor(node.name, fixed(node.shape, node.name)));
      continue;
    }
    const place = new Place(node, builder, inputs);
    const output = writeLayer(place);
    // The layer's name is that of its last tensor; a layer that does nothing leaves the name before.
    if (!inputs.includes(output)) builder.rename(output, node.name);
    written.set(node, output);
  }
  const { tensors, ops } = builder;
  const ends = outputs.map(({ node }) => written.get(node)!);
  const inputs = inputsOf(model, nodes, written);
  return withoutIdle({ name: model.name, tensors, ops, inputs, outputs: ends });
}

/** The model's inputs, in the model's order. */
function inputsOf(
  model: tf.LayersModel,
  nodes: readonly LayerNode[],
  written: ReadonlyMap<LayerNode, number>,
): number[] {
  return model.inputs.map((input) => {
    const { sourceLayer } = input as unknown as { sourceLayer: unknown };
    const node = nodes.find(({ layer }) => layer === sourceLayer);
    if (node) return written.get(node)!;
    throw refusal(input.name, "no layer reads this input (expected a model that uses it)");
  });
}

function checkKnown(model: tf.LayersModel): void {
  const { nodes, outputs } = graphOf(model, { shared: true });
  const others = outputs.filter(({ port }) => port !== 0).map(({ node }) => node);
  for (const node of nodes) {
    const type = node.layer.getClassName();
    if (node.inputs.length > 0 && !(type in writers)) {
      throw refusal(
        node.name,
        `there is no form of ${type} (expected ${Object.keys(writers).join(", ")}; q.export.savedModel takes every layer)`,
      );
    }
    if (node.ports.some((port) => port !== 0) || others.includes(node)) {
      throw refusal(node.name, "a second output of a layer is read (expected first outputs alone)");
    }
  }
}
