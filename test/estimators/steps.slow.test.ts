import { describe, expect, it } from "vitest";
import { applyEstimator } from "../../src/estimators/apply.js";
import { fromLogarithm, logarithmOf } from "../../src/estimators/positive.js";
import { estimatorFor } from "../../src/estimators/registry.js";
import * as q from "../../src/index.js";
import { withDraws } from "../../src/tensorflow/random/draws.js";

const { tf } = q;
const format = q.int(3, { per: "channel", symmetric: false });
const range = { min: [-0.8, -1, -0.5, -2], max: [1, 0.9, 1.3, 2] };
const seed = 5;

/** A training step of weights and all that an estimator learns, for the least squared error of a product. */
function setUp(name: q.estimators.EstimatorName) {
  const role = name === "pact" ? "activations" : "weights";
  const estimator = estimatorFor(name, role);
  const first = q.estimators.parameters(name, format, range, { role });
  const { positive = [], fixed = [] } = estimator.learned ?? {};
  const trained = Object.keys(first).filter(
    (name) => estimator.learned?.names.includes(name) && !fixed.includes(name),
  );
  const variables = Object.fromEntries(
    Object.entries(first).map(([name, value]) => [
      name,
      tf.variable(
        positive.includes(name) ? tf.tensor1d(logarithmOf(value.dataSync())) : value,
        trained.includes(name),
      ),
    ]),
  );
  tf.dispose(first);
  const w = tf.variable(tf.randomNormal([6, 4], 0, 1, "float32", 3));
  const adam = tf.train.adam(0.01);
  const step = (x: q.tf.Tensor, y: q.tf.Tensor) =>
    adam.minimize(
      () => {
        const parameters = Object.fromEntries(
          Object.entries(variables).map(([name, variable]) => [
            name,
            positive.includes(name) ? fromLogarithm(variable) : variable,
          ]),
        );
        const rounded = applyEstimator(estimator, w, parameters, { format, role, training: true });
        const product = q.estimators.quantizeGradient(x.matMul(rounded), { bits: 4 });
        return product.sub(y).square().mean() as q.tf.Scalar;
      },
      true,
      [w, ...trained.map((name) => variables[name]!)],
    )!;
  const all = [w, ...Object.values(variables)];
  return {
    step,
    state: () => all.map((variable) => Array.from(variable.dataSync())),
  };
}

const x = tf.randomNormal([8, 6], 0, 1, "float32", 1);
const y = tf.randomNormal([8, 4], 0, 1, "float32", 2);

describe.each(q.estimators.names())("training steps with %s", (name) => {
  it("are equal compiled and eager, bit for bit", () => {
    const [eager, compiled] = [setUp(name), setUp(name)];
    const run = q.compile(compiled.step, { rewrite: false, seed });
    for (let i = 1; i <= 12; i++) {
      const expected = withDraws({ seed, step: tf.scalar(i, "int32") }, () => eager.step(x, y));
      expect(run(x, y).dataSync()).toEqual(expected.dataSync());
    }
    expect(compiled.state()).toEqual(eager.state());
    expect(compiled.state().flat().every(Number.isFinite)).toBe(true);
    run.dispose();
  });

  it("leave no tensor behind in 1,000 compiled steps, nor in 100 eager ones", () => {
    // Eager steps are far slower, and each that leaked would show in the count.
    const ways = [
      { steps: 1000, run: q.compile(setUp(name).step) },
      { steps: 100, run: setUp(name).step },
    ];
    for (const { steps, run } of ways) {
      for (let i = 0; i < 4; i++) run(x, y).dispose();
      const before = tf.memory();
      for (let i = 0; i < steps; i++) run(x, y).dispose();
      const after = tf.memory();
      expect(after.numTensors).toBe(before.numTensors);
      expect(after.numBytes).toBe(before.numBytes);
    }
  });
});
