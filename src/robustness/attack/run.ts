import seedrandom from "seedrandom";
import { tf } from "../../tensorflow/index.js";
import { yieldToEvents } from "../../train/index.js";
import { lossesOf } from "./loss.js";
import type { Plan } from "./options.js";
import { lengthsOf, type Step, stateOf, stepFor } from "./step.js";

/** @internal The examples that an attack found, and how the attacked model answers them. */
export interface Found {
  /** The moved examples, of the shape of the data; the caller disposes it. */
  examples: tf.Tensor;
  /** For each example whether the model named the right class before. */
  right: boolean[];
  /** For each example whether the attack reached its aim: a wrong class, or the target. */
  fooled: boolean[];
}

/** @internal Attacks the examples in batches, and keeps of each example's attempts the best. */
export async function runAttack(model: tf.LayersModel, plan: Plan): Promise<Found> {
  const { xs, labels, batchSize, target } = plan;
  const size = labels.length;
  const step = stepFor(plan);
  const before = new Int32Array(size);
  const parts: tf.Tensor[] = [];
  const fooled: boolean[] = [];
  for (let start = 0; start < size; start += batchSize) {
    const count = Math.min(batchSize, size - start);
    const batch = xs.slice(start, count);
    const ofBatch = labels.subarray(start, start + count);
    before.set(namedBy(model, batch), start);
    const { examples, reached } = await attackBatch(model, plan, step, {
      batch,
      labels: ofBatch,
      from: start,
    });
    parts.push(examples);
    fooled.push(...reached);
    batch.dispose();
  }
  const examples = parts.length === 1 ? parts[0]! : tf.concat(parts);
  if (parts.length > 1) tf.dispose(parts);
  const right = Array.from(labels, (label, i) => before[i] === label);
  // An example within ε of itself is one that the model already answers as the attacker wants.
  const already = (i: number) => (target === undefined ? !right[i] : before[i] === target);
  return { examples, right, fooled: fooled.map((is, i) => is || already(i)) };
}

interface Batch {
  batch: tf.Tensor;
  labels: Int32Array;
  /** The number of the first example. */
  from: number;
}

async function attackBatch(
  model: tf.LayersModel,
  plan: Plan,
  step: Step,
  { batch, labels, from }: Batch,
): Promise<{ examples: tf.Tensor; reached: boolean[] }> {
  const { target, restarts, steps, epsilon, stepSize, norm } = plan;
  const aims = tf.tensor1d(target === undefined ? labels : labels.map(() => target), "int32");
  const lengths = lengthsOf(norm, epsilon, stepSize);
  const state = stateOf(plan.source);
  let best: { examples: tf.Tensor; reached: boolean[]; losses: Float32Array } | undefined;
  for (let restart = 0; restart < restarts; restart++) {
    let xs = restart === 0 ? tf.mul(batch, 1) : startNear(batch, plan, `${restart} ${from}`);
    for (let i = 0; i < steps; i++) {
      const next = step(xs, batch, aims, lengths, state);
      xs.dispose();
      xs = next;
    }
    const named = namedBy(model, xs);
    const reached = Array.from(labels, (label, i) =>
      target === undefined ? named[i] !== label : named[i] === target,
    );
    if (restarts === 1) {
      best = { examples: xs, reached, losses: new Float32Array() };
      break;
    }
    const losses = tf.tidy(() => lossesOf(plan.source, xs, aims).dataSync() as Float32Array);
    const height = target === undefined ? losses : losses.map((loss) => -loss);
    if (!best) best = { examples: xs, reached, losses: height };
    else {
      const better = reached.map(
        (is, i) =>
          (is && !best!.reached[i]) || (is === best!.reached[i] && height[i]! > best!.losses[i]!),
      );
      const kept = chosen(better, xs, best.examples);
      tf.dispose([xs, best.examples]);
      best = {
        examples: kept,
        reached: reached.map((is, i) => is || best!.reached[i]!),
        losses: height.map((loss, i) => (better[i] ? loss : best!.losses[i]!)),
      };
    }
    await yieldToEvents();
  }
  tf.dispose([aims, lengths]);
  await yieldToEvents();
  return best!;
}

/** The classes that a model names for a batch; the gradients of the batch took more memory than its outputs do. */
function namedBy(model: tf.LayersModel, batch: tf.Tensor): Int32Array {
  const all = { batchSize: batch.shape[0]! };
  return tf.tidy(() =>
    tf.argMax(model.predict(batch, all) as tf.Tensor, -1).dataSync(),
  ) as unknown as Int32Array;
}

/** Each example out of `a` where `is` says so, else out of `b`. */
function chosen(is: boolean[], a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const shape = [is.length, ...a.shape.slice(1).map(() => 1)];
    const mask = tf.tensor(is.map(Number), shape, "float32");
    return tf.add(tf.mul(mask, a), tf.mul(tf.sub(1, mask), b));
  });
}

/** Points by chance within ε: evenly in each value, or evenly in direction and radius. */
function startNear(
  batch: tf.Tensor,
  { epsilon, norm, range, seed }: Plan,
  part: string,
): tf.Tensor {
  const random = seedrandom.alea(`attack ${seed} ${part}`);
  const values = Float32Array.from({ length: batch.size }, () => 2 * random() - 1);
  const each = batch.size / batch.shape[0]!;
  for (let start = 0; norm === "l2" && start < values.length; start += each) {
    const some = values.subarray(start, start + each);
    const length = Math.hypot(...some) || 1;
    const radius = random();
    for (let i = 0; i < each; i++) some[i] = (some[i]! / length) * radius;
  }
  return tf.tidy(() => {
    const change = tf.mul(tf.tensor(values, batch.shape), epsilon);
    return tf.clipByValue(tf.add(batch, change), range[0], range[1]);
  });
}
