import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { differenceOf, fileOf, models } from "./golden.js";

/** The largest difference that may be, as a share of the largest output. Half precision is Keras' own there. */
const most = (name: string) => (name === "half" ? 0.02 : 1e-5);

const files = Object.entries(models).flatMap(([name, { files: list }]) =>
  Object.keys(list).map((ending) => [name, ending] as const),
);

describe("a model that Keras saved", () => {
  it.each(files)("gives Keras' outputs: %s as .%s", async (name, ending) => {
    const before = q.tf.memory().numTensors;
    const model = await q.models.load(fileOf(name, ending));
    expect(differenceOf(model, models[name]!)).toBeLessThan(most(name));
    model.dispose();
    expect(q.tf.memory().numTensors).toBe(before);
  });

  it("is read from the disk, where a Buffer is a part of a larger one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "qatlab-keras-"));
    for (const ending of ["keras", "deflated", "h5"]) {
      // The bytes say the format.
      const path = join(folder, `${ending}.model`);
      writeFileSync(path, fileOf("mlp", ending));
      const model = await q.models.load(path);
      expect(differenceOf(model, models.mlp!)).toBeLessThan(1e-5);
      model.dispose();
    }
    const around = Buffer.concat([Buffer.from("before"), fileOf("mlp", "keras")]).subarray(6);
    const model = await q.models.load(around);
    expect(differenceOf(model, models.mlp!)).toBeLessThan(1e-5);
    model.dispose();
    rmSync(folder, { recursive: true });
  });

  it("keeps what was frozen, its regularizers and constraints", async () => {
    const nested = await q.models.load(fileOf("nested", "keras"));
    expect(nested.getLayer("frozen").trainable).toBe(false);
    const base = nested.getLayer("base") as unknown as q.tf.LayersModel;
    expect(base.getLayer("other.conv").trainable).toBe(false);
    expect(base.getLayer("scope.conv").trainable).toBe(true);
    const mlp = await q.models.load(fileOf("mlp", "keras"));
    const [, second, third] = mlp.layers.filter((layer) => layer.getClassName() === "Dense");
    expect(second!.getConfig().biasRegularizer).toMatchObject({ className: "L1L2" });
    expect(third!.getConfig().kernelConstraint).toMatchObject({ className: "MaxNorm" });
    nested.dispose();
    mlp.dispose();
  });

  it("is trained, prepared and quantized as any other model", { tags: "slow" }, async () => {
    const model = await q.models.load(fileOf("blocks", "keras"));
    const xs = q.tf.randomUniform([24, 8, 8, 3], -1, 1, "float32", 1);
    const data = q.dataset(
      xs,
      Int32Array.from({ length: 24 }, (_, i) => i % 3),
    );
    const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });
    const prepared = await q.prepare(model, scheme, { calibration: data });
    const quantized = await q.quantize(model, scheme, { calibration: data });
    const [float, ...rounded] = [model, prepared, quantized].map((one) => [
      ...(one.predict(xs) as q.tf.Tensor).dataSync(),
    ]);
    expect(rounded[0]).toEqual(rounded[1]);
    const gap = Math.max(...float!.map((value, i) => Math.abs(value - rounded[0]![i]!)));
    expect(gap).toBeGreaterThan(0);
    expect(gap).toBeLessThan(0.05);
    const history = await q.fit(prepared, data, { epochs: 1, progress: false });
    expect(Number.isFinite(history.at(-1)!.loss)).toBe(true);
  });
});
