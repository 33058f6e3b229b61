import { tf } from "../tf.js";
import { bernoulli } from "./bernoulli.js";
import { normal } from "./normal.js";

/** The parts of tfjs's layers that draw; some aren't public, but exist in JavaScript. */
interface DrawingLayer {
  rate: number;
  stddev: number;
  /** A layer from a file has null for an option that the layer was made without. */
  seed?: number | string | null;
  noiseShape?: number[] | null;
  getNoiseShape(input: tf.Tensor): number[] | null | undefined;
  invokeCallHook(inputs: unknown, options: unknown): void;
  /** In recurrent cells: the function that drops values in place of `tf.dropout`. */
  dropoutFunc?: (x: tf.Tensor, rate: number) => tf.Tensor;
}

type Call = (this: DrawingLayer, inputs: unknown, options: { training?: boolean }) => unknown;
type Draw = (layer: DrawingLayer, x: tf.Tensor) => tf.Tensor;

/**
 * @internal
 * Runs a synchronous function in which tfjs's Dropout, SpatialDropout1D, GaussianNoise, GaussianDropout and
 * AlphaDropout layers and the `dropout` and `recurrentDropout` of recurrent layers draw from q.random, so that
 * their numbers are the same eagerly and in a graph. The layers compute as ever.
 *
 * A layer's own seed decides its sequence, yet each step draws anew; tfjs's own seeded Dropout draws
 * the same mask in each step.
 */
export function withStatelessLayers<T>(fn: () => T): T {
  const patched = prototypes().map(([prototype, patch]) => {
    const original = prototype.call;
    prototype.call = patch(original);
    return { prototype, original };
  });
  try {
    return fn();
  } finally {
    for (const { prototype, original } of patched) prototype.call = original;
  }
}

type Patch = [prototype: { call: Call }, patch: (original: Call) => Call];
let patches: Patch[] | undefined;

/** The classes, reached through an instance; its name keeps tfjs from counting it in others' names. */
function prototypes(): Patch[] {
  const name = "stateless";
  const { layers } = tf;
  patches ??= (
    [
      [layers.dropout({ name, rate: 0.5 }), drawing(dropout)],
      [layers.gaussianNoise({ name, stddev: 1 }), drawing(gaussianNoise)],
      [layers.gaussianDropout({ name, rate: 0.5 }), drawing(gaussianDropout)],
      [layers.alphaDropout({ name, rate: 0.5 }), drawing(alphaDropout)],
      [layers.simpleRNNCell({ name, units: 1 }), cell],
      [layers.gruCell({ name, units: 1 }), cell],
      [layers.lstmCell({ name, units: 1 }), cell],
      [layers.convLstm2dCell({ name, filters: 1, kernelSize: 1 }), cell],
    ] as const
  ).map(([layer, patch]) => [Object.getPrototypeOf(layer), patch]);
  return patches;
}

/** A `call` that draws in training; inputs that tfjs refuses, or passes on as they are, are left to tfjs. */
function drawing(draw: Draw): (original: Call) => Call {
  return (original) =>
    function (inputs, options) {
      const x = Array.isArray(inputs) && inputs.length === 1 ? inputs[0] : inputs;
      const rated = this.rate === undefined || (this.rate > 0 && this.rate < 1);
      if (!options?.training || !rated || !(x instanceof tf.Tensor)) {
        return original.call(this, inputs, options);
      }
      return tf.tidy(() => {
        this.invokeCallHook(inputs, options);
        return draw(this, x);
      });
    };
}

function dropout(layer: DrawingLayer, x: tf.Tensor): tf.Tensor {
  return drop(x, layer.rate, layer.getNoiseShape(x), layer.seed);
}

/** Zeros with probability `rate`, the rest scaled up to keep the expectation. */
function drop(
  x: tf.Tensor,
  rate: number,
  shape?: number[] | null,
  seed?: number | string | null,
): tf.Tensor {
  const kept = 1 - rate;
  const mask = bernoulli(shape ?? x.shape, kept, { seed: seed ?? undefined });
  return tf.mul(x, tf.div(mask, kept));
}

function gaussianNoise({ stddev }: DrawingLayer, x: tf.Tensor): tf.Tensor {
  return tf.add(normal(x.shape, { stdDev: stddev }), x);
}

function gaussianDropout({ rate }: DrawingLayer, x: tf.Tensor): tf.Tensor {
  return tf.mul(x, normal(x.shape, { mean: 1, stdDev: Math.sqrt(rate / (1 - rate)) }));
}

/**
 * AlphaDropout as tfjs computes it: dropped values become −α′, where Klambauer et al. 2017 (arXiv:1706.02515,
 * section 3) have α′ and so keep the mean. Seen in tfjs 4.22; a compiled step is to be what it is eagerly.
 */
function alphaDropout({ rate, noiseShape }: DrawingLayer, x: tf.Tensor): tf.Tensor {
  const saturation = -1.6732632423543772 * 1.0507009873554805;
  const a = ((1 - rate) * (1 + rate * saturation ** 2)) ** -0.5;
  const b = -a * saturation * rate;
  const kept = bernoulli(noiseShape ?? x.shape, 1 - rate);
  const dropped = tf.add(tf.mul(x, kept), tf.mul(tf.add(kept, -1), saturation));
  return tf.add(tf.mul(dropped, a), b);
}

/**
 * Cells drop values with a function that can be passed to them; by default they get one that draws from
 * q.random.
 */
function cell(original: Call): Call {
  return function (inputs, options) {
    const dropoutFunc = this.dropoutFunc;
    this.dropoutFunc = dropoutFunc ?? drop;
    try {
      return original.call(this, inputs, options);
    } finally {
      this.dropoutFunc = dropoutFunc;
    }
  };
}
