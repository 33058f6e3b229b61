import { namesMeant } from "../../arguments/index.js";
import { graphOf, type LayerNode } from "../../graph/index.js";
import { ruleOf } from "../../layers/index.js";
import { innerOf, passesValues, QuantizedLayer } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { IntegerProgram, KernelName } from "../program/index.js";
import { ProgramBuilder } from "./builder.js";
import { checkWidth } from "./checkWidth.js";
import { clampOf, fixed, Place, typeOf } from "./context.js";
import { gridOf } from "./grid.js";
import { keptInFloat } from "./layers/float.js";
import { converters, convertLayer } from "./layers/index.js";
import type { Ranges } from "./ranges.js";
import { refusal } from "./refusal.js";

/** A program, and what its user should know of it. */
export interface Converted {
  program: IntegerProgram;
  notes: readonly string[];
}

interface ProgramOptions {
  ranges: Ranges;
  kernel: KernelName;
  /** Names or patterns of layers that stay in float. */
  float: readonly string[];
}

/**
 * Translates a prepared model into integer ops, layer by layer.
 *
 * @throws TypeError if a layer has no integer form, or values have no range; the message names the layer
 */
export function programOf(
  model: tf.LayersModel,
  { ranges, kernel, float }: ProgramOptions,
): Converted {
  const { nodes, outputs } = graphOf(model, { shared: true });
  const names = nodes.map(({ name }) => name);
  const kept = namesMeant("float", float, names);
  const staysFloat = (node: LayerNode) => kept.has(node.name);
  for (const node of nodes) if (!staysFloat(node)) checkKnown(node);
  const builder = new ProgramBuilder();
  const written = new Map<LayerNode, number>();
  const fused = new Set<LayerNode>();
  for (const node of nodes) {
    if (node.ports.some((port) => port !== 0)) {
      throw refusal(
        node.name,
        "it reads a second output of a layer (expected the first output alone)",
      );
    }
    const inputs = node.inputs.map((input) => written.get(input)!);
    if (node.inputs.length === 0) {
      written.set(node, inputTensor(builder, node));
      continue;
    }
    if (isInputQuantizer(node)) {
      written.set(node, inputs[0]!);
      continue;
    }
    const reader = borrows(node);
    if (reader && ruleOf(innerOf(reader.layer)).role === "activation") fused.add(reader);
    const place = new Place(node, {
      ...{ builder, ranges, inputs, reader },
      fused: fused.has(node),
      ends: endsModel(node),
    });
    written.set(node, staysFloat(node) ? keptInFloat(place) : convertLayer(place));
  }
  const ends = outputs.map(({ node, port }) => {
    if (port === 0) return written.get(node)!;
    throw refusal(node.name, "the model returns a second output of it (expected its first output)");
  });
  orderInputs(builder, model, written, nodes);
  const layers = Object.fromEntries([...written].map(([node, tensor]) => [node.name, tensor]));
  const program = builder.program(ends, { name: model.name, kernel, layers });
  checkWidth(program);
  return {
    program,
    notes: [...new Set(builder.notes)],
  };
}

function checkKnown(node: LayerNode): void {
  const type = typeOf(innerOf(node.layer));
  if (type in converters || node.inputs.length === 0) return;
  throw refusal(
    node.name,
    `there is no integer form of ${type} (expected ${Object.keys(converters).join(", ")}; or the layer in float, as in q.convert(model, { float: ["${node.name}"] }))`,
  );
}

/** The layer that quantizes an input of the model, and does nothing else. */
function isInputQuantizer(node: LayerNode): boolean {
  const [source] = node.inputs;
  return (
    node.inputs.length === 1 &&
    source!.inputs.length === 0 &&
    node.layer instanceof QuantizedLayer &&
    node.layer.outputQuantizer !== undefined &&
    ruleOf(innerOf(node.layer)).role === "activation" &&
    clampOf(innerOf(node.layer)) === "none"
  );
}

/** An input of the model: codes on the grid of the layer that quantizes it, or indices. */
function inputTensor(builder: ProgramBuilder, node: LayerNode): number {
  const shape = fixed(node.shape, node.name);
  const readers = node.consumers;
  const indices = readers.every(({ layer }) => ruleOf(innerOf(layer)).indices === true);
  const quantizer = readers.find(isInputQuantizer)?.layer as QuantizedLayer | undefined;
  if (!indices && (!quantizer || !readers.every(isInputQuantizer))) {
    throw refusal(
      node.name,
      "the model doesn't quantize this input (expected a scheme with activations, as in q.scheme({ weights: q.int(8), activations: q.uint(8) }))",
    );
  }
  const whole = {
    type: "int32" as const,
    ...{ smallest: -(2 ** 31), largest: 2 ** 31 - 1 },
    scale: Float32Array.of(1),
    zeroPoint: Int32Array.of(0),
  };
  const grid = quantizer ? gridOf(quantizer.outputQuantizer!, node.name) : whole;
  return builder.tensor({ name: node.name, shape, ...grid });
}

/** The model's inputs, in the model's order. */
function orderInputs(
  builder: ProgramBuilder,
  model: tf.LayersModel,
  written: ReadonlyMap<LayerNode, number>,
  nodes: readonly LayerNode[],
): void {
  for (const input of model.inputs) {
    const { sourceLayer } = input as unknown as { sourceLayer: unknown };
    const node = nodes.find(({ layer }) => layer === sourceLayer);
    if (!node)
      throw refusal(input.name, "no layer reads this input (expected a model that uses it)");
    builder.inputs.push(written.get(node)!);
  }
}

/**
 * The layer whose grid a node's output can have at once: the only layer that reads the output, if it is a clamp, or
 * joins values on one grid.
 */
function borrows(node: LayerNode): LayerNode | undefined {
  if (node.layer instanceof QuantizedLayer && node.layer.outputQuantizer) return undefined;
  if (passesValues(innerOf(node.layer))) return undefined;
  const reader = onlyReader(node);
  if (!(reader?.layer instanceof QuantizedLayer) || !reader.layer.outputQuantizer) return undefined;
  const inner = innerOf(reader.layer);
  const { role } = ruleOf(inner);
  const clamps = role === "activation" && clampOf(inner) !== undefined;
  return clamps || role === "joins" ? reader : undefined;
}

function onlyReader({ consumers, isOutput }: LayerNode): LayerNode | undefined {
  const [next, ...others] = consumers;
  if (!next || others.length > 0 || isOutput) return undefined;
  return passesValues(innerOf(next.layer)) ? onlyReader(next) : next;
}

/** Whether a node's output is the model's, directly or through layers that only move values. */
function endsModel({ consumers, isOutput }: LayerNode): boolean {
  if (consumers.length === 0) return isOutput;
  return (
    !isOutput && consumers.every((next) => passesValues(innerOf(next.layer)) && endsModel(next))
  );
}
