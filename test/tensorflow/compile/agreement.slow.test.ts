import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { cnn, digits, whole } from "../../fixtures/index.js";
import { Eager, Pair, type Subject } from "./agreement.js";
import { nets } from "./nets.js";
import { numbers } from "./numbers.js";
import { largerNets } from "./otherNets.js";
import { losses, optimizers, training, trainingOf } from "./training.js";

const { dense } = nets;
const rate = (step: number) => 0.01 + 0.01 * Math.cos(step);

/** With larger steps a last bit soon decides which value of a pooling is the largest: errors grow 4-fold. */
const small = () => 0.002;

/** A model with fake quantization, in training. */
async function prepared(): Promise<Subject> {
  const { train } = await digits();
  const model = cnn({ seed: 7 });
  const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) });
  const qat = await q.prepare(model, scheme, { calibration: train.take(64) });
  model.dispose();
  const batch = (step: number) => [numbers([8, 8, 8, 1], step, 0, 1), numbers([8, 10], step + 1)];
  return { ...trainingOf(qat, { optimizer: optimizers.momentum! }), batch };
}

const subjects: [string, () => Subject | Promise<Subject>][] = [
  ...Object.entries(nets).map(([name, net]) => [name, () => training(net)] as never),
  ...Object.entries(optimizers).map(
    ([name, optimizer]) =>
      [
        `${name}, its rate another one in each step`,
        () => training(dense!, { optimizer, rate }),
      ] as never,
  ),
  ...Object.entries(losses).map(
    ([name, loss]) =>
      [name, () => training(dense!, { loss, optimizer: optimizers.momentum })] as never,
  ),
  ...Object.entries(largerNets).map(
    ([name, net]) =>
      [
        name,
        () => training(net, { size: 64, optimizer: optimizers.momentum, rate: small }),
      ] as never,
  ),
  ["clipping by norm and by value", () => training(nets.conv2d!, { clipNorm: 0.1 })],
  ["a prepared model", prepared],
];

/** The steps that are compared; with `QATLAB_WHOLE=1` also those in which small differences have grown. */
const steps = whole ? 100 : 20;

describe.each(subjects)("a compiled step: %s", (_, build) => {
  let eager: Eager;
  beforeAll(async () => {
    eager = await Eager.make(build, { keep: [1, 4, 5, steps] });
  });
  afterAll(() => eager.dispose());

  it("with { rewrite: false } all losses and then all variables are the same bits", async () => {
    const pair = await Pair.make(build, { rewrite: false, eager });
    pair.expectEqual(steps);
    expect(pair.runs).toBeLessThanOrEqual(2);
    pair.dispose();
  });

  it("agrees after a step and after many", async () => {
    const pair = await Pair.make(build, { eager });
    pair.expectClose(1, 1e-6);
    pair.step(3);
    // A step of the graph's, from the same values.
    pair.align();
    pair.expectClose(1, 1e-6);
    pair.expectClose(steps - 5, 1e-3);
    expect(pair.runs).toBeLessThanOrEqual(2);
    pair.dispose();
  });
});
