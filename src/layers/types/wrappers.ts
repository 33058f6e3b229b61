import type { tf } from "../../tensorflow/index.js";
import type { Layer } from "../layer.js";
import { everyPosition } from "../macs.js";
import { nonlinearityOf, withoutBound } from "../nonlinearity.js";
import { isChannelsFirst, product } from "../positions.js";
import { ruleOf } from "../registry.js";
import type { LayerRule, LayerShapes, RuleTable, WeightRule } from "../rule.js";
import { within } from "../within.js";

/** @internal Layers that wrap another layer. */
export const wrappers: RuleTable = {
  TimeDistributed: (layer) => {
    const { layer: inner } = layer as unknown as { layer: Layer };
    const rule = ruleOf(inner);
    // If the layer inside has its channels first, they are the third axis here, which other layers don't take
    // for channels.
    const last = !isChannelsFirst(inner);
    return {
      ...(last ? within("layer", rule, eachStep(inner)) : within("layer", rule)),
      ...(rule.bias && last && { bias: `layer.${rule.bias}` }),
      ...(rule.withBias && last && { withBias: () => changed(inner, rule.withBias!(inner)) }),
      nonlinearity: () => nonlinearityOf(inner),
      unbounded: changed(inner, withoutBound(inner) ?? {}),
      passesFactor: (_, at) =>
        typeof rule.passesFactor === "function"
          ? rule.passesFactor(inner, at)
          : rule.passesFactor === true,
      tokens: rule.tokens,
      resamples: rule.resamples,
      macs: (layer, { inputs, output }) =>
        product(layer, [output[1]!]) * macsOf(inner, rule, inputs[0]!, output),
    };
  },

  // Both directions share a range, since their outputs stand side by side.
  Bidirectional: (layer) => {
    const { forwardLayer, backwardLayer, mergeMode } = layer as unknown as {
      forwardLayer: Layer;
      backwardLayer: Layer;
      mergeMode: string;
    };
    const rule = ruleOf(forwardLayer);
    const [ahead, back] = ["forwardLayer", "backwardLayer"].map((part) => within(part, rule));
    return {
      role: mergeMode === "concat" ? "passes" : "computes",
      weights: { ...ahead!.weights, ...back!.weights },
      values: both(ahead!.values, back!.values),
      macs: (_, shapes) =>
        [forwardLayer, backwardLayer].reduce(
          (sum, inner) => sum + (ruleOf(inner).macs?.(inner, shapes) ?? 0),
          0,
        ),
    };
  },
};

/** Steps become examples before the map of the layer inside, and steps again after it. */
function eachStep(inner: Layer): (weight: WeightRule) => WeightRule {
  const rows = (x: tf.Tensor) => x.reshape([-1, ...x.shape.slice(2)]);
  return ({ linear, seen, ...weight }) => ({
    ...weight,
    ...(linear && {
      linear: (_, x, kernel) => {
        const y = linear(inner, rows(x), kernel);
        return y.reshape([...x.shape.slice(0, 2), ...y.shape.slice(1)]);
      },
    }),
    ...(seen && {
      seen: (_, x) => {
        const y = seen(inner, rows(x));
        return y.reshape([...x.shape.slice(0, 2), ...y.shape.slice(1)]);
      },
    }),
  });
}

/** The multiply–accumulates of one step. */
function macsOf(inner: Layer, rule: LayerRule, input: tf.Shape, output: tf.Shape): number {
  const step = (shape: tf.Shape) => [shape[0]!, ...shape.slice(2)];
  const shapes: LayerShapes = { inputs: [step(input)], output: step(output) };
  return (rule.macs ?? everyPosition)(inner, shapes);
}

/** The configuration of a wrapper with changes to the layer inside. */
function changed(inner: Layer, change: Record<string, unknown>): Record<string, unknown> {
  const config = { ...inner.getConfig(), ...change };
  return { layer: { className: inner.getClassName(), config } };
}

function both(a: LayerRule["values"] = {}, b: LayerRule["values"] = {}): LayerRule["values"] {
  return Object.fromEntries(
    Object.entries(a).map(([name, parts]) => [name, [...parts, ...(b[name] ?? [])]]),
  );
}
