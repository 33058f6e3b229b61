import seedrandom from "seedrandom";
import { checkSeed } from "../../arguments/index.js";
import { tf } from "../tf.js";

/** @internal The seed and the step that decide the numbers that a function draws. */
export interface Draws {
  /** The seed of the sequence: an integer or a text. */
  seed: number | string;
  /** An int32 scalar: each value draws anew. In a compiled step it is fed; everything else is constant. */
  step: tf.Scalar;
}

/** @internal The seed of one draw: the two halves of TensorFlow's stateless seed. */
export interface DrawSeed {
  /** A 32-bit integer. */
  key: number;
  step: tf.Scalar;
}

let current: (Draws & { drawn: number }) | undefined;
let drawnOutside = 0;

/**
 * @internal
 * Runs a synchronous function whose draws depend on nothing but the seed, the step, and how many draws the
 * function has made before. A draw with a seed of its own depends on that seed and the step. Where contexts are
 * nested, the inner one counts.
 *
 * @throws TypeError if the seed is neither an integer nor a text, or if the step isn't an int32 scalar
 */
export function withDraws<T>({ seed, step }: Draws, fn: () => T): T {
  checkSeed(seed);
  if (!(step instanceof tf.Tensor) || step.dtype !== "int32" || step.rank !== 0) {
    throw new TypeError('invalid step (expected an int32 scalar, as in tf.scalar(3, "int32"))');
  }
  const outer = current;
  current = { seed, step, drawn: 0 };
  try {
    return fn();
  } finally {
    current = outer;
  }
}

/**
 * @internal
 * The seed of the next draw. Seeded draws are counted as well, so that a seed given to one draw leaves
 * the others as they were.
 *
 * @param seed the draw's own seed, if it has one
 */
export function nextDraw(seed?: number | string): DrawSeed {
  const draw = current && current.drawn++;
  if (seed !== undefined) {
    return { key: hash(`seed ${seed}`), step: current?.step ?? tf.scalar(0, "int32") };
  }
  // Outside of any context each draw of the process is a step; no context's draws have its key.
  if (!current) return { key: hash("process"), step: tf.scalar(drawnOutside++ | 0, "int32") };
  return { key: hash(`draw ${draw} of ${current.seed}`), step: current.step };
}

const drawKeys = new WeakSet<object>();

/** @internal The key of a draw as a tensor. Its value is a parameter of a graph: another seed is no other graph. */
export function keyTensor({ key }: DrawSeed): tf.Scalar {
  const scalar = tf.scalar(key, "int32");
  drawKeys.add(scalar.dataId);
  return scalar;
}

/** @internal Whether values are the key of a draw. */
export function isDrawKey(data: object): boolean {
  return drawKeys.has(data);
}

/** 32 bits that look unrelated for related texts: the first of seedrandom's ARC4 generator. */
function hash(text: string): number {
  return seedrandom(text).int32();
}
