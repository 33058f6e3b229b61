import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { generator } from "../fixtures/generator.js";
import { data, difference, hill } from "../fixtures/networks.js";
import { Mixing, mixingRule } from "./mixing.js";

const { tf } = q;
const { layers } = tf;
type Any = InstanceType<typeof layers.Layer>;

beforeAll(() => q.registerLayer("Mixing", mixingRule));

/** Mixing layers, and the Dense layers that compute the same: a kernel is the other one's transpose. */
function twins(bias = true): { mixing: q.tf.LayersModel; dense: q.tf.LayersModel } {
  const between = () => [layers.batchNormalization({ name: "bn" }), layers.reLU({ name: "relu" })];
  const input = { inputShape: [8] };
  const model = (first: Any, second: Any) =>
    tf.sequential({ layers: [layers.inputLayer(input), first, ...between(), second] as never[] });
  const mixing = model(
    new Mixing({ name: "first", units: 6, useOffset: bias }),
    new Mixing({ name: "second", units: 3, useOffset: bias }),
  );
  const dense = model(
    layers.dense({ name: "first", units: 6, useBias: bias }),
    layers.dense({ name: "second", units: 3, useBias: bias }),
  );
  const random = generator(4);
  dense.setWeights(
    dense.weights.map(({ shape, name }) => {
      const values = hill(shape as number[], random);
      return name.includes("variance") ? values.abs().add(0.2) : values;
    }),
  );
  for (const name of ["first", "second"]) {
    const [kernel, ...others] = dense.getLayer(name).getWeights();
    mixing.getLayer(name).setWeights([kernel!.transpose(), ...others]);
  }
  mixing.getLayer("bn").setWeights(dense.getLayer("bn").getWeights());
  return { mixing, dense };
}

const calibration = data([8]);
const low = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(4) });

/** The kernels of both models, those of Mixing layers transposed: the same numbers. */
function expectSameKernels(mixing: q.tf.LayersModel, dense: q.tf.LayersModel): void {
  for (const name of ["first", "second"]) {
    const [mix, kernel] = [mixing, dense].map((model) => model.getLayer(name).getWeights()[0]!);
    const given = mix!.transpose().dataSync();
    kernel!.dataSync().forEach((value, i) => {
      expect(given[i]).toBeCloseTo(value, 4);
    });
  }
}

describe("a layer that was registered with its rule", () => {
  it("computes what the Dense layers do that it is compared with", () => {
    const { mixing, dense } = twins();
    expect(difference(mixing, dense, calibration.xs)).toBeLessThan(1e-6);
  });

  it.each([true, false])("takes batch normalization in, bias or none: %s", (bias) => {
    const { mixing } = twins(bias);
    const folded = q.foldBatchNorm(mixing);
    expect(folded.layers.map(({ name }) => name)).not.toContain("bn");
    expect((folded.getLayer("first") as Mixing).offset!.shape).toEqual([6]);
    expect(difference(mixing, folded, calibration.xs)).toBeLessThan(1e-5);
  });

  it("is equalized, smoothed and rotated as a Dense layer, with the same outputs in float", async () => {
    const { mixing, dense } = twins();
    const pairs = [
      [q.ptq.equalize(mixing), q.ptq.equalize(dense)],
      [
        await q.ptq.smoothQuant(mixing, { calibration }),
        await q.ptq.smoothQuant(dense, { calibration }),
      ],
      [q.ptq.rotate(mixing, { online: true }), q.ptq.rotate(dense, { online: true })],
    ] as const;
    for (const [ours, theirs] of pairs) {
      expectSameKernels(ours, theirs);
      expect(difference(mixing, ours, calibration.xs)).toBeLessThan(1e-5);
      const moved = ours
        .getLayer("second")
        .getWeights()[0]!
        .sub(mixing.getLayer("second").getWeights()[0]!);
      expect(moved.abs().max().dataSync()[0]).toBeGreaterThan(0.01);
    }
  });

  it.each(["gptq", "adaround"] as const)(
    "gets the codes of a Dense layer by %s",
    { tags: "slow" },
    async (name) => {
      const { mixing, dense } = twins();
      const technique = name === "adaround" ? { name, iterations: 60 } : { name };
      const [ours, theirs, nearest] = [
        await q.quantize(mixing, low, { calibration, techniques: [technique] as never }),
        await q.quantize(dense, low, { calibration, techniques: [technique] as never }),
        await q.quantize(dense, low, { calibration }),
      ];
      expectSameKernels(ours, theirs);
      expect(difference(theirs, nearest, calibration.xs)).toBeGreaterThan(0);
    },
  );

  it("gets a bias from bias correction as a Dense layer does", async () => {
    const { mixing, dense } = twins(false);
    const techniques = ["biasCorrection"] as const;
    const [ours, theirs] = [
      await q.quantize(mixing, low, { calibration, techniques }),
      await q.quantize(dense, low, { calibration, techniques }),
    ];
    const [offset, bias] = [ours, theirs].map((m) => m.getLayer("second").getWeights()[1]!);
    expect(offset!.sub(bias!).abs().max().dataSync()[0]).toBeLessThan(1e-4);
    expect(bias!.abs().max().dataSync()[0]).toBeGreaterThan(1e-3);
  });

  it("is trained with its batch normalization, quantized at run time, and costs what a Dense layer does", async () => {
    const { mixing, dense } = twins();
    const options = { calibration, batchNorm: "train" } as const;
    const [ours, theirs] = [
      await q.prepare(mixing, low, options),
      await q.prepare(dense, low, options),
    ];
    expect((ours.getLayer("first") as q.QuantizedLayer).inner).toBeInstanceOf(
      q.qat.TrainedBatchNorm,
    );
    expect(ours.layers.length).toBe(theirs.layers.length);
    expect(difference(ours, theirs, calibration.xs)).toBeLessThan(1e-5);
    const dynamic = [mixing, dense].map((model) => q.ptq.dynamic(model, low));
    expect(difference(dynamic[0]!, dynamic[1]!, calibration.xs)).toBeLessThan(1e-5);
    const [cost, other] = [mixing, dense].map((model) => q.analysis.cost(model, low).total);
    expect(cost).toEqual(other);
    expect(cost!.MACs).toBe(8 * 6 + 6 * 3);
  });

  it("has the sensitivity and the curvature of a Dense layer", { tags: "slow" }, async () => {
    const { mixing, dense } = twins();
    const weights = q.scheme({ weights: q.int(3, { per: "channel" }) });
    const [ours, theirs] = [
      await q.analysis.sensitivity(mixing, weights, calibration),
      await q.analysis.sensitivity(dense, weights, calibration),
    ];
    ours.rows.forEach((row, i) => {
      expect(row.layer).toBe(theirs.rows[i]!.layer);
      expect(row.loss).toBeCloseTo(theirs.rows[i]!.loss, 4);
    });
    expect(ours.rows.length).toBe(2);
    const trace = await q.analysis.hessianTrace(mixing, calibration, { samples: 2 });
    expect(trace.rows.map(({ layer }) => layer)).toEqual(["first", "second"]);
  });

  it("is pruned, and keeps its zeros while it is trained; clustered too", async () => {
    const { mixing } = twins();
    const pruned = q.compression.prune(mixing, { sparsity: 0.5 });
    const zeros = () => pruned.getLayer("first").getWeights()[0]!.equal(0).sum().dataSync()[0];
    expect(zeros()).toBe(24);
    await q.fit(pruned, calibration, { epochs: 2, progress: false });
    expect(zeros()).toBe(24);
    const clustered = q.compression.cluster(mixing, { bits: 2 });
    expect(new Set(clustered.getLayer("first").getWeights()[0]!.dataSync()).size).toBe(4);
  });

  it("is named where only its quantization is known", async () => {
    class Opaque extends Mixing {
      static override readonly className = "Opaque" as never;
    }
    tf.serialization.registerClass(Opaque as never);
    q.registerLayer("Opaque", { role: "computes", weights: { mix: -2 } });
    const model = tf.sequential({
      layers: [
        layers.inputLayer({ inputShape: [8] }),
        new Opaque({ name: "opaque", units: 3 }),
      ] as never[],
    });
    const quantized = await q.quantize(model, low, { calibration });
    for (const technique of ["gptq", "adaround", "biasCorrection"] as const) {
      await expect(q.ptq[technique](model, quantized, { calibration })).rejects.toThrow(
        `cannot apply ${technique}: it has no linear map of "opaque" (Opaque: mix)`,
      );
    }
    expect(() => q.ptq.equalize(model)).toThrow("cannot equalize");
    expect(() => q.ptq.rotate(model, { online: true })).toThrow("cannot rotate");
  });
});
