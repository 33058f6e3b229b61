import { tf } from "../tf.js";
import { bernoulli } from "./bernoulli.js";
import { normal } from "./normal.js";

/** The parts of tfjs's layers that draw; what isn't public is in their JavaScript all the same. */
interface DrawingLayer {
  rate: number;
  stddev: number;
  seed?: number | string;
  noiseShape?: number[];
  getNoiseShape(input: tf.Tensor): number[] | undefined;
  invokeCallHook(inputs: unknown, options: unknown): void;
  /** Recurrent cells: what drops in place of `tf.dropout`. */
  dropoutFunc?: (x: tf.Tensor, rate: number) => tf.Tensor;
}

type Call = (this: DrawingLayer, inputs: unknown, options: { training?: boolean }) => unknown;
type Draw = (layer: DrawingLayer, x: tf.Tensor) => tf.Tensor;

/**
 * @internal
 * Runs a synchronous function in which tfjs's Dropout, SpatialDropout1D, GaussianNoise,
 * GaussianDropout and AlphaDropout layers and the `dropout` and `recurrentDropout` of recurrent layers
 * draw from q.random, so that their numbers are the same eagerly and in a graph. What they compute
 * is as ever.
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
let known: Patch[] | undefined;

/** The classes, reached through an instance; its name keeps tfjs from counting it in others' names. */
function prototypes(): Patch[] {
  const name = "stateless";
  const { layers } = tf;
  known ??= (
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
  return known;
}

/** A `call` that draws in training; what tfjs refuses, or passes on as it is, is left to it. */
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
function drop(x: tf.Tensor, rate: number, shape = x.shape, seed?: number | string): tf.Tensor {
  const kept = 1 - rate;
  return tf.mul(x, tf.div(bernoulli(shape, kept, { seed }), kept));
}

function gaussianNoise({ stddev }: DrawingLayer, x: tf.Tensor): tf.Tensor {
  return tf.add(normal(x.shape, { stdDev: stddev }), x);
}

function gaussianDropout({ rate }: DrawingLayer, x: tf.Tensor): tf.Tensor {
  return tf.mul(x, normal(x.shape, { mean: 1, stdDev: Math.sqrt(rate / (1 - rate)) }));
}

/**
 * As tfjs does it: dropped values become −α′, where Klambauer et al. 2017 (arXiv:1706.02515, section
 * 3) have α′ and so keep the mean. Seen in tfjs 4.22; a compiled step is to be what it is eagerly.
 */
function alphaDropout({ rate, noiseShape }: DrawingLayer, x: tf.Tensor): tf.Tensor {
  const saturation = -1.6732632423543772 * 1.0507009873554805;
  const a = ((1 - rate) * (1 + rate * saturation ** 2)) ** -0.5;
  const b = -a * saturation * rate;
  const kept = bernoulli(noiseShape ?? x.shape, 1 - rate);
  const dropped = tf.add(tf.mul(x, kept), tf.mul(tf.add(kept, -1), saturation));
  return tf.add(tf.mul(dropped, a), b);
}

/** Cells drop with a function that may be given: only their masks are drawn, and as ever. */
function cell(original: Call): Call {
  return function (inputs, options) {
    const given = this.dropoutFunc;
    this.dropoutFunc = given ?? drop;
    try {
      return original.call(this, inputs, options);
    } finally {
      this.dropoutFunc = given;
    }
  };
}
