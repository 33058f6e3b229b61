import { tf } from "../tf.js";
import { applyNative } from "./native/optimizers.js";
import type { Recorder } from "./recorder.js";
import type { Feed } from "./values.js";

/** @internal An optimizer of tfjs's as its own code sees it. */
export interface Inner {
  learningRate: number;
  /** −learningRate, kept as a tensor by SGD and momentum. */
  c?: tf.Scalar;
  incrementIterations(): void;
  applyGradients(gradients: Gradients): void;
}

/** @internal Gradients by the names of their variables. */
export type Gradients = Parameters<tf.Optimizer["applyGradients"]>[0];

/** A number that isn't the learning rate of any optimizer. */
const mark = 7.3891e-19;

const classes = () => [
  tf.SGDOptimizer,
  tf.MomentumOptimizer,
  tf.AdamOptimizer,
  tf.AdamaxOptimizer,
  tf.RMSPropOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
];

/**
 * @internal
 * While `run` runs, tfjs's optimizers have their learning rate fed, so that it may change from step
 * to step without another trace. The steps of optimizers that are not tfjs's are traced as they are.
 *
 * @param options `native`: whether TensorFlow's own ops may take the place of tfjs's arithmetic
 */
export function withOptimizers<T>(
  recorder: Recorder,
  { native }: { native: boolean },
  run: () => T,
): T {
  const prototypes = classes().map(({ prototype }) => prototype as unknown as Inner);
  const originals = prototypes.map((prototype) => prototype.applyGradients);
  prototypes.forEach((prototype, i) => {
    prototype.applyGradients = function (this: Inner, gradients) {
      // A user's class that calls its parent's method may compute with numbers of its own.
      if (Object.getPrototypeOf(this) !== prototype) return originals[i]!.call(this, gradients);
      const apply = () => originals[i]!.call(this, gradients);
      recorder.effect(this, () => this.incrementIterations());
      if (native && applyNative(recorder, this, gradients, apply)) return;
      applyFed(recorder, this, apply);
    };
  });
  try {
    return run();
  } finally {
    prototypes.forEach((prototype, i) => {
      prototype.applyGradients = originals[i]!;
    });
  }
}

function applyFed(recorder: Recorder, optimizer: Inner, apply: () => void): void {
  const rate = optimizer.learningRate;
  const feed: Feed = { read: () => optimizer.learningRate, dtype: "float32" };
  if (optimizer.c) {
    recorder.feedTensor(optimizer.c, { ...feed, read: () => -optimizer.learningRate });
    apply();
    return;
  }
  recorder.substitute(mark, {
    ...feed,
    read: () => (optimizer.learningRate === mark ? rate : optimizer.learningRate),
  });
  optimizer.learningRate = mark;
  try {
    apply();
  } finally {
    optimizer.learningRate = rate;
  }
}
