import { tf } from "../../../tensorflow/index.js";
import type { Place } from "../place.js";
import { withAxisLast } from "./views.js";

interface Normalization {
  gamma?: tf.LayerVariable | null;
  beta?: tf.LayerVariable | null;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
  epsilon: number;
}

/** Batch normalization that no layer before it takes in: each channel times a number, plus a number. */
export function batchNormalization(place: Place): number {
  const { shape, name: layer, builder } = place;
  const { axis = -1 } = place.config as { axis?: number };
  if (axis !== -1 && axis !== shape.length - 1) {
    return withAxisLast(place, axis, (view) =>
      batchNormalization(view.seen({ config: { axis: -1 } })),
    );
  }
  const { factor, shift } = factorsOf(place);
  const channels = shape.map((size, i) => (i === shape.length - 1 ? size : 1));
  const activation = "none" as const;
  const product = builder.op(
    {
      ...{ type: "multiply", layer, activation },
      inputs: [place.inputs[0]!, builder.tensor(`${layer}/factor`, channels, factor)],
    },
    shape,
  );
  const inputs = [product, builder.tensor(`${layer}/shift`, channels, shift)];
  return builder.op({ type: "add", layer, activation, inputs }, shape);
}

function factorsOf(place: Place): { factor: Float32Array; shift: Float32Array } {
  const { gamma, beta, movingMean, movingVariance, epsilon } =
    place.layer as unknown as Normalization;
  return tf.tidy(() => {
    const sigma = tf.sqrt(tf.add(movingVariance.read(), epsilon));
    const factor = tf.div(gamma?.read() ?? 1, sigma);
    const shift = tf.sub(beta?.read() ?? 0, tf.mul(movingMean.read(), factor));
    const [a, b] = [factor, shift].map((tensor) => Float32Array.from(tensor.dataSync()));
    return { factor: a!, shift: b! };
  });
}

/** Layer normalization over the last axis. */
export function layerNormalization(place: Place): number {
  const { shape, name: layer, builder } = place;
  const { axis = -1 } = place.config as { axis?: number | number[] };
  const axes = [axis].flat();
  if (axes.length !== 1 || (axes[0] !== -1 && axes[0] !== shape.length - 1)) {
    throw place.refusal(`it normalizes the axes ${axes.join(", ")} (expected the last axis)`);
  }
  const { gamma, beta, epsilon } = place.layer as unknown as Normalization;
  const size = shape.at(-1)!;
  const part = (name: string, weight: tf.LayerVariable | null | undefined, missing: number) =>
    builder.weight(`${layer}/${name}`, () => ({
      shape: [size],
      values: Float32Array.from(weight?.read().dataSync() ?? new Float32Array(size).fill(missing)),
    }));
  const inputs = [place.inputs[0]!, part("gamma", gamma, 1), part("beta", beta, 0)];
  return builder.op({ type: "layerNorm", layer, inputs, epsilon }, shape);
}
