import { graphOf, type Layer, type LayerNode } from "../../graph/index.js";
import { ruleOf } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";

/** @internal The activation that makes an output of a model, if one of its last layers names it. */
export interface Ending {
  /**
   * The activation's name in tfjs: `"linear"`, `"softmax"`, `"sigmoid"` …; `undefined` if the layer's type is
   * unknown.
   */
  activation: string | undefined;
  /** The layer that has the activation. */
  layer: Layer;
  /**
   * Whether the activation can be left out, so that the model gives the values before the activation: its
   * logits.
   */
  removable: boolean;
}

/** The fields of layers that hold another layer, and quantize its output. */
interface Wrapping {
  inner?: Layer;
  outputQuantizer?: unknown;
}

type Activated = Layer & {
  activation?: { getClassName(): string } | null;
  axis?: number | number[];
};

/**
 * @internal
 * Finds the activation of an output. Reshape, Flatten and linear layers without weights are looked through.
 *
 * @param output the number of the output
 */
export function endingOf(model: tf.LayersModel, output: number): Ending {
  let { node } = graphOf(model, { shared: true }).outputs[output]!;
  for (;;) {
    const { inner, outputQuantizer } = node.layer as Wrapping;
    const layer = (inner ?? node.layer) as Activated;
    const activation = activationOf(layer, node.shape);
    const passes =
      (ruleOf(layer).role === "passes" && keepsClasses(node)) ||
      (activation === "linear" && layer.weights.length === 0);
    if (passes && node.inputs.length === 1 && outputQuantizer === undefined) {
      node = node.inputs[0]!;
      continue;
    }
    const removable = outputQuantizer === undefined && node.uses.length === 1;
    return { activation, layer, removable };
  }
}

/** Whether a layer's output has as many values as its input, the classes on the last axis. */
function keepsClasses({ inputs, shape }: LayerNode): boolean {
  const before = inputs[0]!.shape;
  const size = (lengths: tf.Shape) => lengths.slice(1).reduce((a, b) => a! * b!, 1);
  return before.at(-1) === shape.at(-1) && size(before) === size(shape);
}

function activationOf(layer: Activated, shape: tf.Shape): string | undefined {
  const { activation, axis = -1 } = layer;
  if (!("softmax" in layer)) return activation?.getClassName();
  const [first, ...others] = [axis].flat();
  const last = others.length === 0 && (first === -1 || first === shape.length - 1);
  return last ? "softmax" : undefined;
}

/**
 * @internal
 * Runs a function in which the model gives the values that a last activation would be applied to.
 */
export function withoutActivation<T>({ layer }: Ending, run: () => T): T {
  const name = "softmax" in layer ? "call" : "activation";
  const property = Object.getOwnPropertyDescriptor(layer, name);
  const value =
    name === "call" ? (inputs: tf.Tensor | tf.Tensor[]) => [inputs].flat()[0]! : linear();
  Object.defineProperty(layer, name, { configurable: true, writable: true, value });
  try {
    return run();
  } finally {
    if (property) Object.defineProperty(layer, name, property);
    else delete (layer as Partial<Record<typeof name, unknown>>)[name];
  }
}

function linear(): unknown {
  const layer = tf.layers.activation({ name: "linear", activation: "linear" });
  return (layer as unknown as Activated).activation;
}

/**
 * @internal
 * Runs a function in which a classifier gives logits, where it ends in a softmax that can be left out.
 */
export function withLogits<T>(model: tf.LayersModel, run: () => T): T {
  const ending = endingOf(model, 0);
  const removes = ending.activation === "softmax" && ending.removable;
  return removes ? withoutActivation(ending, run) : run();
}
