import seedrandom from "seedrandom";
import { compile, tf } from "../../tensorflow/index.js";
import { answersTo } from "../attack/loss.js";
import type { Plan } from "../attack/options.js";

/**
 * @internal
 * An attack without gradients: each trial moves some values of each example, all by ε up or down, and is kept where the
 * loss rises; ever fewer values are moved. It is a random search after Andriushchenko et al. 2020, arXiv:1912.00049
 * (Square Attack), with values by chance in place of squares, so that it suits any shape.
 *
 * @returns for each example whether a wrong class was reached
 */
export function blackBox(model: tf.LayersModel, plan: Plan, queries: number): boolean[] {
  const { xs, labels, epsilon, range, seed } = plan;
  const random = seedrandom.alea(`black box ${seed}`);
  const size = labels.length;
  const original = xs.dataSync() as Float32Array;
  const each = original.length / size;
  const best = Float32Array.from(original);
  const ask = answering(model, plan);
  const { losses, wrong } = ask.of(best);
  const fooled = [...wrong];
  const tried = new Float32Array(best.length);
  for (let query = 0; query < queries; query++) {
    const share = query === 0 ? 1 : Math.max(1 / each, 0.5 * (1 - query / queries));
    for (let i = 0; i < size; i++) {
      const sign = random() < 0.5 ? -1 : 1;
      for (let j = i * each; j < (i + 1) * each; j++) {
        if (random() >= share) tried[j] = best[j]!;
        else {
          const own = query === 0 ? (random() < 0.5 ? -1 : 1) : sign;
          tried[j] = Math.min(range[1], Math.max(range[0], original[j]! + own * epsilon));
        }
      }
    }
    const now = ask.of(tried);
    for (let i = 0; i < size; i++) {
      if (now.wrong[i]) fooled[i] = true;
      if (!(now.losses[i]! > losses[i]!)) continue;
      losses[i] = now.losses[i]!;
      best.set(tried.subarray(i * each, (i + 1) * each), i * each);
    }
  }
  ask.dispose();
  return fooled;
}

/** The losses and the answers for many tries, as one native call each. */
function answering(model: tf.LayersModel, { xs, labels, compiled }: Plan) {
  const ask = (values: tf.Tensor, right: tf.Tensor1D) => {
    const { losses, output } = answersTo(model, values, right);
    return [losses, tf.argMax(output, -1)];
  };
  const run = compiled ? compile(ask) : Object.assign(ask, { dispose: () => undefined });
  const right = tf.tensor1d(labels, "int32");
  return {
    of(values: Float32Array): { losses: Float32Array; wrong: boolean[] } {
      return tf.tidy(() => {
        const [losses, named] = run(tf.tensor(values, xs.shape), right);
        const classes = named!.dataSync();
        const wrong = Array.from(labels, (label, i) => classes[i] !== label);
        return { losses: Float32Array.from(losses!.dataSync()), wrong } as never;
      });
    },
    dispose(): void {
      right.dispose();
      run.dispose();
    },
  };
}
