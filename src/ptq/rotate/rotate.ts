import { checkOptions, checkSeed, listedLayers } from "../../arguments/index.js";
import type { Layer } from "../../graph/index.js";
import { copy, foldBatchNorm, foldedTopology, type LayerNode, rebuild } from "../../graph/index.js";
import {
  type ChannelAxes,
  isChannelsFirst,
  isRecurrent,
  makingWeight,
  matricesOf,
  nonlinearityOf,
  ruledWeights,
  ruleOf,
} from "../../layers/index.js";
import { warnOf } from "../../quantized/index.js";
import { tf } from "../../tensorflow/index.js";
import { describe, findLinks, type Link, readsChannels } from "../network/channels.js";
import { checkFloat } from "../network/check.js";
import { duplicate } from "../network/network.js";
import { Parameters, type Values } from "../network/parameters.js";
import { type ParametersOf, parametersOf } from "../network/rescale.js";
import { blockSize, randomSigns, rotateVector } from "./hadamard.js";
import { Rotation } from "./rotation.js";

/** Options of {@link rotate}. */
export interface RotateOptions {
  /**
   * Whether all other Conv2D and Dense layers get a {@link Rotation} before them, which spreads activations
   * after a nonlinearity too, at the price of additions at run time. Default false.
   */
  online?: boolean;
  /** The seed that decides the matrices' signs. Default 0. */
  seed?: number | string;
}

/**
 * Hadamard rotation multiplies activations x by an orthogonal matrix R, and the weights that read them by
 * Rᵀ. In float the model computes the same numbers, (x·R)·(Rᵀ·W) = x·W; but outliers spread over all channels,
 * so that rounding needs a smaller range. Between two layers with nothing but Dropout or attention's mean of
 * the values, R goes into the first layer's weights. Ashkboos et al. 2024, arXiv:2404.00456, section 3;
 * Tseng et al. 2024, arXiv:2402.04396.
 *
 * R is block diagonal, with blocks of the largest power of 2 that divides the number of channels (in attention,
 * the number of channels of a head). A warning names the layers with kernels whose inputs aren't rotated.
 *
 * @param model a float model, which isn't changed
 * @returns a new float model with batch normalization folded
 * @throws TypeError if the model is quantized already, or has nothing to rotate; RangeError if a weight isn't
 *   finite
 * @example
 * const rotated = q.ptq.rotate(model, { online: true });
 * rotated.layers.filter((layer) => layer.getClassName() === "Rotation").length; // 2 (the others see one channel at a time)
 * q.accuracy(rotated, test) === q.accuracy(model, test); // true
 */
export function rotate(model: tf.LayersModel, options: RotateOptions = {}): tf.LayersModel {
  checkOptions<RotateOptions>("q.ptq.rotate", options, { online: true, seed: true });
  const { online = false, seed = 0 } = options;
  checkFloat(model);
  checkSeed(seed);
  const before = choose(model, online);
  if (before.links.length === 0 && before.online.size === 0)
    throw inapplicable(before.left, online);
  const way = online ? "" : " ({ online: true } rotates more)";
  const subject = `the inputs of layers as they are${way}`;
  warnOf(model, "rotate", { subject, layers: before.left.map(describe) });
  const folded = foldBatchNorm(model);
  try {
    const { of, writeAll } = parametersOf();
    const chosen = choose(folded, online);
    for (const { link, block } of chosen.links) {
      const signs = randomSigns(of(link.producer).outputs, `${seed} ${link.producer.name}`);
      rotateOutputs(of(link.producer), signs, block);
      for (const consumer of link.consumers) rotateInputs(of(consumer), signs, block);
    }
    writeAll();
    return chosen.online.size > 0 ? rotateOnline(folded, chosen.online, seed) : duplicate(folded);
  } finally {
    folded.dispose();
  }
}

function inapplicable(left: readonly Layer[], online: boolean): TypeError {
  const layers = listedLayers(left.map(describe)) || "a model without kernels";
  const why = online
    ? ", and none adds up an even number of input channels along the last axis"
    : " (expected { online: true } for rotations at run time)";
  return new TypeError(
    `cannot rotate ${layers}: no two Dense or Conv2D layers have nothing but Dropout between them${why}`,
  );
}

/** The rotations that a model takes. */
interface Choice {
  /** The pairs of layers that take a rotation into their weights, with the size of its blocks. */
  links: { link: Link; block: number }[];
  /** The layers that get a rotation before them. */
  online: Set<Layer>;
  /** All other layers with kernels. */
  left: Layer[];
}

/** Chooses the layers to rotate, and builds nothing. */
function choose(model: tf.LayersModel, online: boolean): Choice {
  const { of } = parametersOf();
  const links = findLinks(model)
    .links.map((link) => ({ link, block: linearBlock(link, of) }))
    .filter(({ block }) => block > 1);
  const rotated = new Set(links.flatMap(({ link }) => link.consumers));
  const nodes = foldedTopology(model).filter(
    ({ layer }) => !rotated.has(layer) && ruledWeights(layer).length > 0,
  );
  const canBe = (node: LayerNode) => online && canRotate(node);
  return {
    links,
    online: new Set(nodes.filter(canBe).map(({ layer }) => layer)),
    left: [...new Set(nodes.filter((node) => !canBe(node)).map(({ layer }) => layer))],
  };
}

/** Puts a rotation before each chosen layer. */
function rotateOnline(
  model: tf.LayersModel,
  chosen: ReadonlySet<Layer>,
  seed: number | string,
): tf.LayersModel {
  return rebuild(model, ({ layer, inputs }) => {
    if (inputs.length === 0) return { layers: [] };
    const { layers, fill } = copy(layer);
    if (!chosen.has(layer)) return { layers, fill };
    const rotation = new Rotation({ name: `${layer.name}_rotation` });
    const rotateAll = () => {
      fill?.();
      const parameters = new Parameters(layers[0]!);
      const signs = randomSigns(parameters.reading[0]!.inputs, `${seed} ${layer.name}`);
      rotateInputs(parameters, signs);
      parameters.write();
      tf.tidy(() => rotation.setWeights([tf.tensor1d(signs)]));
    };
    return { layers: [rotation, ...layers], fill: rotateAll };
  });
}

/**
 * The size of a rotation's blocks between the two ends of a link; 1 if something nonlinear stands between them.
 */
function linearBlock({ producer, consumers, between }: Link, of: ParametersOf): number {
  if (nonlinearityOf(producer) !== "linear" || !mixesOutputs(of(producer))) return 1;
  if (!consumers.every((layer) => mixesInputs(of(layer)))) return 1;
  const { outputs } = of(producer);
  let block = blockSize(outputs);
  for (const { layer, inputs, shape } of between) {
    const shapes = { inputs: inputs.map(({ shape }) => shape), output: shape };
    const groups = ruleOf(layer).passesMatrix?.(layer, shapes);
    if (groups === undefined) return 1;
    block = Math.min(block, blockSize(outputs / groups));
  }
  return block;
}

/** Whether each output of a layer is a sum over all inputs that its weights multiply. */
function mixesOutputs({ making, layer }: Parameters): boolean {
  const { outputs, inputs } = makingWeight(layer) ?? {};
  return making !== undefined && inputs !== undefined && ![outputs].flat().includes(inputs);
}

function mixesInputs({ layer }: Parameters): boolean {
  return (
    readsChannels(layer) &&
    ruledWeights(layer).every(
      ({ from = "input", inputs, outputs }) =>
        from !== "input" || ![outputs].flat().includes(inputs!),
    )
  );
}

/** Whether a rotation can stand before a layer. The further inputs of a recurrent layer are states, which stay. */
function canRotate({ layer, inputs }: LayerNode): boolean {
  if (!readsChannels(layer) || isChannelsFirst(layer)) return false;
  if (inputs.length > 1 && !isRecurrent(layer)) return false;
  const parameters = new Parameters(layer);
  return mixesInputs(parameters) && blockSize(parameters.reading[0]!.inputs) > 1;
}

/** Replaces the weight W by W·R and the bias b by b·R. */
function rotateOutputs({ layer, making, bias }: Parameters, signs: Float32Array, block: number) {
  rotateAlong(making!, makingWeight(layer)!.outputs, signs, block);
  if (bias) rotateVector(bias.values, signs, block);
}

/** Replaces each weight W that reads the input by Rᵀ·W. */
function rotateInputs({ layer, reading }: Parameters, signs: Float32Array, block?: number): void {
  const rules = ruledWeights(layer).filter(({ from = "input" }) => from === "input");
  reading.forEach((values, i) => {
    rotateAlong(values, rules[i]!.inputs!, signs, block ?? blockSize(values.inputs));
  });
}

/** Rotates each vector along some axes of a weight. */
function rotateAlong(
  { shape, values }: Values,
  axes: ChannelAxes,
  signs: Float32Array,
  block: number,
): void {
  const { rows, columns, order } = matricesOf(shape, { outputs: axes });
  for (let row = 0; row < rows; row++) {
    const places = order.subarray(row * columns, (row + 1) * columns);
    const vector = Float64Array.from(places, (place) => values[place]!);
    rotateVector(vector, signs, block);
    places.forEach((place, i) => {
      values[place] = vector[i]!;
    });
  }
}
