import { expect, it, vi } from "vitest";
import { Pair } from "./agreement.js";
import { nets } from "./nets.js";
import { oneDnnNets } from "./otherNets.js";
import { training } from "./training.js";

// TensorFlow reads it once, when its first op runs.
vi.hoisted(() => {
  process.env.TF_ENABLE_ONEDNN_OPTS = "0";
});

const { attention, LSTM, "batch normalization": batchNorm } = nets;

it.each(Object.entries({ ...oneDnnNets, attention, LSTM, "batch normalization": batchNorm }))(
  "without oneDNN, %s has the same bits for 100 steps",
  async (_, net) => {
    const pair = await Pair.make(() => training(net!), { rewrite: false });
    pair.expectEqual(100);
    expect(pair.runs).toBeLessThanOrEqual(2);
    pair.dispose();
  },
);
