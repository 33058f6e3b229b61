import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as q from "../../src/index.js";
import { weights } from "../fixtures/index.js";

const { tf } = q;
const folder = mkdtempSync(join(tmpdir(), "qatlab-checkpoint-"));
let folders = 0;

/** A folder that isn't there yet, in one that {@link clean} removes. */
export const fresh = () => join(folder, `runs/${folders++}`);
export const clean = () => rmSync(folder, { recursive: true, force: true });

/** Batch normalization, dropout, noise: all that moves or draws in a step. Names differ each time. */
export function net(units = 12): q.tf.LayersModel {
  const { layers, initializers } = tf;
  const dense = (units: number, seed: number) =>
    layers.dense({ units, kernelInitializer: initializers.glorotUniform({ seed }) });
  return tf.sequential({
    layers: [
      layers.flatten({ inputShape: [8, 8, 1] }),
      dense(units, 1),
      layers.batchNormalization({ momentum: 0.9 }),
      layers.reLU(),
      layers.dropout({ rate: 0.3 }),
      layers.gaussianNoise({ stddev: 0.1 }),
      dense(10, 2),
    ],
  });
}

/** In steps of 64, 200 examples have a tail of 8; six epochs are 24 steps, enough to be compiled. */
export const settings = { epochs: 6, seed: 3, progress: false } as const;

/** Trains, stopped after each of these steps, each time going on with another model. */
export async function trained(
  train: q.Dataset,
  options: Partial<q.FitOptions>,
  stops: number[] = [],
) {
  const checkpoint = fresh();
  let taken = 0;
  let left = stops;
  for (;;) {
    const stop = new AbortController();
    const model = net();
    const callbacks = { onBatchEnd: () => void (++taken === left[0] && stop.abort()) };
    const points: object[] = [];
    const board = { push: (point: object) => void points.push(point) };
    const { signal } = stop;
    try {
      const all = { ...settings, checkpoint, signal, callbacks, board, ...options };
      const history = await q.fit(model, train, all);
      return { weights: weights(model), history: [...history], points, taken };
    } catch (error) {
      if (!signal.aborted) throw error;
      left = left.slice(1);
    }
  }
}
