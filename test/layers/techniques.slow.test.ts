import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as q from "../../src/index.js";
import { ruledWeights, weightAt } from "../../src/layers/index.js";
import { mappedWeights } from "../../src/ptq/network/network.js";
import { whole } from "../fixtures/index.js";
import { difference } from "../fixtures/networks.js";
import { examples, type Kind, kinds } from "./models.js";
import { facts, leftIn, refusal, settle, writeFacts } from "./walk/facts.js";
import { writes } from "./walk/limits.js";

const { tf } = q;
type Model = q.tf.LayersModel;
const low = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(8) });

let folder: string;
let warned: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "techniques-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  if (writes) writeFacts();
});
beforeEach(() => {
  warned = [];
  vi.spyOn(console, "warn").mockImplementation((...text) => void warned.push(text.join(" ")));
});
afterEach(() => vi.restoreAllMocks());

/** The layers of a quantized model whose weights are quantized. */
function quantizedLayers(model: Model): q.QuantizedLayer[] {
  return model.layers.filter(
    (layer): layer is q.QuantizedLayer => layer instanceof q.QuantizedLayer && !!layer.weightFormat,
  );
}

/** The names of the layers with kernels. */
const kernelNames = ({ macs }: Kind) =>
  Object.keys(macs).filter((name) => name !== "scores" && name !== "mean");

/** The values of a layer's kernels. */
const kernelsOf = (model: Model, name: string) => {
  const layer = model.getLayer(name);
  return ruledWeights(layer).map(({ path }) => [...weightAt(layer, path).read().dataSync()]);
};

/** The techniques and analyses, in the order of their tests. */
const techniques = [
  "quantize",
  "equalize",
  "smoothQuant",
  "rotate",
  "gptq",
  "adaround",
  "biasCorrection",
  "dynamic",
  "cost",
  "analysis",
  "compression",
  "savedModel",
];

/** `q.ptq.best` runs AdaRound with all its steps, so that few kinds are its sample. */
const sample = ["Conv1D", "LSTM on an embedding", "a layer used twice"];

it("the file of facts has each kind of model, and no other", () => {
  if (!writes) expect(Object.keys(facts)).toEqual(kinds.map(({ name }) => name));
});

/**
 * Whether a technique is tried on a kind of model: the sample has each technique on every third kind, and each kind
 * with every third technique. `QATLAB_WHOLE=1` tries all on all.
 */
function tries(kind: Kind, technique: string): boolean {
  const number = kinds.indexOf(kind) + techniques.indexOf(technique);
  return whole || writes || number % 3 === 0;
}

describe.each(kinds)("$name", (kind) => {
  const tried = <T extends string>(...techniques: T[]) =>
    techniques.filter((technique) => tries(kind, technique));
  const make = () => ({ model: kind.make(), calibration: examples(kind) });
  const names = kernelNames(kind);

  it.each(tried("quantize"))("predicts the same prepared and quantized", async () => {
    const { model, calibration } = make();
    const [prepared, quantized] = await Promise.all([
      q.prepare(model, low, { calibration }),
      q.quantize(model, low, { calibration }),
    ]);
    expect(difference(prepared, quantized, calibration.xs)).toBe(0);
    for (const changed of [prepared, quantized]) {
      expect(quantizedLayers(changed).map(({ name }) => name)).toEqual(
        expect.arrayContaining(names),
      );
    }
    settle(kind.name, "prepare", "right");
    settle(kind.name, "quantize", "right");
  });

  if (whole || writes || sample.includes(kind.name)) {
    it("is quantized by the best techniques, and those that don't apply are named", async () => {
      const { model, calibration } = make();
      warned = [];
      const found = await q.ptq.best(model, low, calibration, { calibration });
      expect(q.accuracy(found.model, calibration)).toBe(found.accuracy);
      const stages = ["equalize", "gptq", "adaround", "biasCorrection"];
      const missing = stages.filter(
        (name) => !found.trials.some(({ stage }) => stage === `+ ${name}`),
      );
      for (const name of missing) {
        expect(warned.join("\n")).toContain(`q.ptq.best leaves "+ ${name}" out: `);
      }
      settle(kind.name, "best", "right");
    }, 240_000);
  }

  it.each(tried("equalize", "smoothQuant", "rotate"))(
    "computes the same in float after %s, or is refused with what stands in the way",
    async (name) => {
      const { model, calibration } = make();
      let changed: Model;
      try {
        changed =
          name === "smoothQuant"
            ? await q.ptq.smoothQuant(model, { calibration })
            : name === "rotate"
              ? q.ptq.rotate(model, { online: true })
              : q.ptq.equalize(model);
      } catch (error) {
        settle(kind.name, name, refusal(error, /^cannot (equalize|smooth|rotate)/));
        return;
      }
      expect(difference(model, changed, calibration.xs)).toBeLessThan(1e-4);
      const { left, fact } = leftIn(model, names, warned);
      const folded = q.foldBatchNorm(model);
      // The outputs of the last layer are the model's: it has nothing to scale.
      const treated = names.filter((layer) => !left.includes(layer) && layer !== "logits");
      for (const layer of treated) {
        expect(kernelsOf(changed, layer), layer).not.toEqual(kernelsOf(folded, layer));
      }
      settle(kind.name, name, fact);
    },
  );

  it.each(tried("gptq", "adaround"))(
    "has each of its kernels rounded by %s, or the layers are named that it leaves",
    async (name) => {
      const { model, calibration } = make();
      const prepared = await q.prepare(model, low, { calibration });
      const options = name === "adaround" ? { iterations: 5 } : {};
      let rounded: Model;
      try {
        rounded = await q.ptq[name](model, prepared, { calibration, ...options });
      } catch (error) {
        settle(
          kind.name,
          name,
          refusal(error, /^cannot apply (gptq|adaround): it has no linear map of "/),
        );
        return;
      }
      expect(quantizedLayers(rounded).map(({ name }) => name)).toEqual(
        expect.arrayContaining(kernelNames(kind)),
      );
      const text = warned.join("\n");
      for (const layer of quantizedLayers(rounded)) {
        for (const { path, linear } of ruledWeights(layer.inner)) {
          // A prepared model's weights lie between the codes, until they are rounded.
          const off = layer.latent(path).read().sub(layer.quantizedKernel(path)).abs().max();
          if (linear) expect(off.dataSync()[0]).toBeLessThan(1e-6);
          else expect(text).toMatch(new RegExp(`"${layer.name}" \\([^)]*${path}`));
        }
      }
      settle(kind.name, name, leftIn(model, names, warned).fact);
    },
  );

  it.each(tried("biasCorrection"))(
    "has the float model's mean outputs after bias correction, or the layers are named that it leaves",
    async () => {
      const { model, calibration } = make();
      const nearest = await q.quantize(model, low, { calibration });
      const corrected = await q.ptq.biasCorrection(model, nearest, { calibration });
      const mean = (of: Model) =>
        tf.tidy(() => (of.predict(calibration.xs) as q.tf.Tensor).mean(0).dataSync());
      const [float, before, after] = [model, nearest, corrected].map(mean);
      const gap = (means: ArrayLike<number>) =>
        Math.max(...Array.from(means, (value, i) => Math.abs(value - float![i]!)));
      // The logits' bias takes the whole shift out.
      expect(gap(after!)).toBeLessThan(1e-4);
      expect(gap(before!)).toBeGreaterThan(1e-3);
      const text = warned.join("\n");
      for (const { name, inner } of quantizedLayers(corrected)) {
        if (!mappedWeights(inner).some(({ to = "output" }) => to === "output")) {
          expect(text).toContain(`"${name}" (`);
        }
      }
      settle(kind.name, "biasCorrection", leftIn(model, names, warned).fact);
    },
  );

  it.each(tried("dynamic"))(
    "is quantized at run time in each kernel, nearly as in float at many bits",
    async () => {
      const { model, calibration } = make();
      const wide = q.scheme({ weights: q.int(14, { per: "channel" }), activations: q.int(14) });
      const dynamic = q.ptq.dynamic(model, wide);
      expect(quantizedLayers(dynamic).map(({ name }) => name)).toEqual(
        expect.arrayContaining(kernelNames(kind)),
      );
      expect(difference(model, dynamic, calibration.xs)).toBeLessThan(0.01);
      expect(q.analysis.cost(dynamic).rows.length).toBe(q.analysis.cost(model).rows.length);
      expect(warned.join()).not.toContain(" leaves ");
      settle(kind.name, "dynamic", "right");
    },
  );

  it.each(tried("cost"))(
    "costs as much as is counted by hand, and as much in the scheme as quantized",
    async () => {
      const { model, calibration } = make();
      const { rows, total } = q.analysis.cost(model, low);
      const macs = Object.fromEntries(
        rows.filter(({ layer }) => layer in kind.macs).map(({ layer, MACs }) => [layer, MACs]),
      );
      expect(macs).toEqual(kind.macs);
      expect(total.MACs).toBe(Object.values(kind.macs).reduce((a, b) => a + b));
      const prepared = await q.prepare(model, low, { calibration });
      expect(q.analysis.cost(prepared).total).toEqual(total);
      settle(kind.name, "cost", "right");
    },
  );

  it.each(tried("analysis"))(
    "has errors, sensitivities, curvature and a mix of widths for each kernel",
    async () => {
      const { model, calibration } = make();
      const sorted = names.toSorted();
      const quantized = await q.quantize(model, low, { calibration });
      const errors = await q.analysis.layers(model, quantized, calibration);
      const weights = (rows: readonly { layer: string; part?: string }[]) =>
        [
          ...new Set(rows.filter(({ part }) => part !== "activations").map(({ layer }) => layer)),
        ].sort();
      expect(weights(errors.rows)).toEqual(sorted);
      const sensitivity = await q.analysis.sensitivity(model, low, calibration, { bits: [3, 8] });
      expect(weights(sensitivity.rows)).toEqual(sorted);
      expect(sensitivity.rows.every(({ loss }) => Number.isFinite(loss))).toBe(true);
      const trace = await q.analysis.hessianTrace(model, calibration, { samples: 2 });
      expect(weights(trace.rows)).toEqual(sorted);
      expect(trace.rows.every(({ trace }) => Number.isFinite(trace))).toBe(true);
      const [least, most] = [3, 8].map((bits) => {
        const widths = q.scheme({ weights: q.int(bits, { per: "channel" }) });
        return q.analysis.cost(model, widths).total.bytes;
      });
      const bytes = Math.ceil((least! + most!) / 2);
      const mixed = q.analysis.mixedPrecision(model, low, { budget: { bytes }, sensitivity });
      expect(Object.keys(mixed.bits).sort()).toEqual(sorted);
      expect(q.analysis.cost(model, mixed.scheme).total.bytes).toBeLessThanOrEqual(bytes);
      for (const name of ["layers", "sensitivity", "hessianTrace", "mixedPrecision"]) {
        settle(kind.name, name, "right");
      }
    },
  );

  it.each(tried("compression"))(
    "is pruned, clustered, distilled and watched in each kernel",
    async () => {
      const { model, calibration } = make();
      const pruned = q.compression.prune(model, { sparsity: 0.5 });
      const clustered = q.compression.cluster(model, { bits: 1 });
      const find = (name: string, of: Model) => of.getLayer(name);
      for (const name of kernelNames(kind)) {
        for (const { path } of ruledWeights(find(name, pruned))) {
          const values = weightAt(find(name, pruned), path).read().dataSync();
          expect(values.filter((value) => value === 0).length).toBe(Math.round(values.length / 2));
          const few = weightAt(find(name, clustered), path).read().dataSync();
          expect(new Set(few).size).toBeLessThanOrEqual(2);
        }
      }
      const lesson = await q.compression.distillation(model, calibration);
      const student = await q.prepare(model, low, { calibration });
      const tracker = q.qat.trackOscillation();
      const options = {
        ...lesson.options,
        epochs: 1,
        progress: false,
        callbacks: tracker,
      } as const;
      const history = await q.fit(student, lesson.data, options);
      expect(Number.isFinite(history.at(-1)!.loss)).toBe(true);
      const watched = q.analysis.oscillation(tracker).rows.map(({ layer }) => layer.split(" ")[0]);
      expect(watched).toEqual(expect.arrayContaining(kernelNames(kind)));
      expect(q.analysis.churn(model, model, calibration).changed.count).toBe(0);
      expect(warned.join()).not.toContain(" leaves ");
      for (const name of ["prune", "cluster", "distillation", "trackOscillation", "churn"]) {
        settle(kind.name, name, "right");
      }
    },
  );

  it.each(tried("savedModel"))(
    "is exported, and read back with the same outputs, or refused by name",
    async () => {
      const { model, calibration } = make();
      const quantized = await q.quantize(model, low, { calibration });
      const { node } = tf as unknown as { node: { loadSavedModel(folder: string): Promise<any> } };
      let exported: ReturnType<typeof q.export.savedModel>;
      try {
        exported = q.export.savedModel(quantized, join(folder, kind.name));
      } catch (error) {
        settle(kind.name, "savedModel", refusal(error, /"/));
        return;
      }
      const loaded = await node.loadSavedModel(exported.folder);
      const [given] = Object.values(loaded.predict({ values: calibration.xs })) as q.tf.Tensor[];
      const expected = quantized.predict(calibration.xs) as q.tf.Tensor;
      expect(given!.sub(expected).abs().max().dataSync()[0]).toBeLessThan(0.05);
      loaded.dispose();
      settle(kind.name, "savedModel", "right");
    },
  );
});
