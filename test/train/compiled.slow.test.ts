import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn, digits, weights } from "../fixtures/index.js";

type Model = q.tf.LayersModel;
let train: q.Dataset;

beforeAll(async () => {
  ({ train } = await digits());
});

/** 200 examples in steps of 64: a tail of 8. Six epochs are 24 steps, enough to be compiled. */
const settings = { epochs: 6, seed: 3, progress: false } as const;

async function trained(make: () => Model, options: Partial<q.FitOptions> = {}) {
  const model = make();
  const history = await q.fit(model, train.take(200), { ...settings, ...options });
  return { weights: weights(model), losses: history.map(({ loss }) => loss) };
}

describe("a compiled training, every optimizer", () => {
  it.each(["sgd", "momentum", "adam", "adamax", "rmsprop", "adagrad", "adadelta"])(
    "gives the eager one's numbers bit for bit when nothing is rewritten: %s",
    async (optimizer) => {
      const options = { optimizer: optimizer as "sgd" };
      const eager = await trained(cnn, { ...options, compile: false });
      expect(await trained(cnn, { ...options, rewrite: false })).toEqual(eager);
    },
  );
});
