import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn } from "../fixtures/index.js";
import { compiled, digits } from "./models.js";

const { tf } = q;
type Model = q.tf.LayersModel;
const { data } = await digits();

describe("q.compression refuses", () => {
  const { prune, cluster, GradualPruning, distillation } = q.compression;
  const attempts: [() => unknown, string][] = [
    [() => prune(cnn(), { sparsity: 1 }), "invalid sparsity: 1 (expected a share"],
    [() => prune(cnn(), { sparsity: { dense: 0.5 } }), 'no layer "dense" (the model has'],
    [() => prune(cnn(), { exclude: ["dense"] }), 'no layer "dense" (the model has'],
    [() => prune(cnn(), { pattern: "4:2" }), 'as in "2:4"'],
    [() => prune(cnn(), { pattern: "2:4", sparsity: 0.5 }), "beside the pattern 2:4"],
    [() => prune(cnn(), { scope: "channel" as never }), "invalid scope: channel"],
    [() => prune({} as never), "invalid model"],
    [() => prune(cluster(cnn())), "its weights are clustered (expected q.compression.cluster(q"],
    [() => cluster(cnn(), { bits: 9 }), "invalid bits: 9"],
    [() => cluster(cnn(), { exclude: ["dense"] }), 'no layer "dense"'],
    [() => new GradualPruning({ sparsity: 2 }), "invalid sparsity: 2"],
    [() => new GradualPruning({ sparsity: 0.5, begin: 9, end: 9 }), "invalid end: 9"],
    [() => new GradualPruning({ sparsity: 0.5, initial: 0.6 }), "invalid initial: 0.6"],
    [() => new GradualPruning({ sparsity: 0.5, every: 0.5 }), "invalid every: 0.5"],
    [() => q.compression.preserving("adam" as never, cnn()), "invalid optimizer: adam"],
  ];
  it.each(attempts.map(([attempt, message]) => ({ attempt, message })))(
    "$message",
    ({ attempt, message }) => {
      expect(attempt).toThrow(message);
    },
  );

  it("a constraint of somebody else's", () => {
    const kernelConstraint = tf.constraints.nonNeg();
    const layer = tf.layers.dense({ units: 2, inputShape: [2], kernelConstraint });
    expect(() => prune(tf.sequential({ layers: [layer] }))).toThrow("has the constraint NonNeg");
  });

  it("schedules for other models or longer trainings", async () => {
    const attempt = (model: Model, end?: number) =>
      q.fit(model, data, { ...compiled, callbacks: new GradualPruning({ sparsity: 0.5, end }) });
    await expect(attempt(cnn())).rejects.toThrow("q.compression.prune(model, { sparsity: 0 })");
    await expect(attempt(prune(cnn()), 24)).rejects.toThrow("which has 24");
  });

  it("temperatures and shares out of range, teachers of something else", async () => {
    const attempt = (options: object) => distillation(cnn(), data, options);
    await expect(attempt({ temperature: 0 })).rejects.toThrow("invalid temperature: 0");
    await expect(attempt({ alpha: 2 })).rejects.toThrow("invalid alpha: 2");
    const other = q.models.mlp({ inputShape: [8, 8, 1], classes: 3 });
    await expect(distillation(other, data)).rejects.toThrow("10 classes");
  });
});
