import { describe, expect, it } from "vitest";
import * as q from "../src/index.js";
import { Study } from "../src/study/index.js";

type Call = (options: never) => unknown;

/** Options are checked before everything else, so that a call needs no other arguments here. */
const none = undefined as never;
const { analysis, calibration, compression, datasets, estimators, models, plot, ptq, qat } = q;
const { robustness } = q;
const { Dataset } = q;
const { HessianTrace } = analysis;
const { layers } = models;
const { synthetic } = datasets;

/** Every public function and class that takes options, by the name that a message has for it. */
const calls: Record<string, Call> = {
  "q.accuracy": (options) => q.accuracy(none, none, options),
  "q.evaluate": (options) => q.evaluate(none, none, options),
  "q.predict": (options) => q.predict(none, none, options),
  "q.fit": (options) => q.fit(none, none, options),
  "q.prepare": (options) => q.prepare(none, none, options),
  "q.quantize": (options) => q.quantize(none, none, options),
  "q.export.manifest": (options) => q.export.manifest(none, options),
  "q.export.verify": (options) => q.export.verify(none, options),
  "q.profile": (options) => q.profile(none, none, options),
  "q.compile": (options) => q.compile(none, options),
  "q.claim": (options) => q.claim("claim", options),
  "q.interval": (options) => q.interval(none, options),
  "q.study": (options) => q.study([1], () => ({ a: 1 }), options),
  "study.against": (options) => Study.prototype.against("W8A8", options),
  "q.progress": (options) => q.progress(options),
  "q.datasets.named": (options) => q.datasets.named("digits", options),
  "q.exercises.predict": (options) => q.exercises.predict("06", none, options),
  "q.exercises.sheet": (options) => q.exercises.sheet(none, options),
  "q.scheme": (options) => q.scheme(options),
  "q.dataset": (options) => q.dataset(none, none, options),
  "q.Dataset": (options) => new Dataset(none, none, options),
  "q.QuantizedLayer": (options) => new q.QuantizedLayer(options),
  "Dataset.split": (options) => Dataset.prototype.split(options),
  "Dataset.batches": (options) => Dataset.prototype.batches(8, options).next(),

  "q.int": (options) => q.int(8, options),
  "q.uint": (options) => q.uint(8, options),
  "q.binary": (options) => q.binary(options),
  "q.ternary": (options) => q.ternary(options),
  "q.minifloat": (options) => q.minifloat(4, 3, options),
  "q.fp4": (options) => q.fp4("e2m1", options),
  "q.fp6": (options) => q.fp6("e2m3", options),
  "q.fp8": (options) => q.fp8("e4m3", options),
  "q.float16": (options) => q.float16(options),
  "q.bfloat16": (options) => q.bfloat16(options),
  "q.mxfp4": (options) => q.mxfp4(options),
  "q.mxfp6": (options) => q.mxfp6("e2m3", options),
  "q.mxfp8": (options) => q.mxfp8("e4m3", options),
  "q.mxint8": (options) => q.mxint8(options),
  "q.nf4": (options) => q.nf4(options),
  "q.codebook": (options) => q.codebook([0, 1], options),
  "q.kMeans": (options) => q.kMeans([0, 1, 2], 1, options),
  "q.lloydMax": (options) => q.lloydMax("gaussian", 2, options),
  "q.unpack": (options) => q.unpack(none, 8, 1, options),

  "q.random.normal": (options) => q.random.normal([2], options),
  "q.random.uniform": (options) => q.random.uniform([2], options),
  "q.random.bernoulli": (options) => q.random.bernoulli([2], 0.5, options),

  "q.analysis.assignments": (options) => analysis.assignments(none, none, none, options),
  "q.analysis.gradientBias": (options) => analysis.gradientBias(options),
  "q.analysis.gradientField": (options) => analysis.gradientField(options),
  "q.analysis.hessianTrace": (options) => analysis.hessianTrace(none, none, options),
  "HessianTrace.scores": (options) => HessianTrace.prototype.scores(none, options),
  "q.analysis.mixedPrecision": (options) => analysis.mixedPrecision(none, none, options),
  "q.analysis.oscillation": (options) => analysis.oscillation(none, options),
  "q.analysis.sensitivity": (options) => analysis.sensitivity(none, none, none, options),
  "q.analysis.trainingCost": (options) => analysis.trainingCost(none, none, options),

  "q.calibration.board": (options) => calibration.board(none, none, options),
  "Histogram.samples": (options) => calibration.histogram().samples(options),

  "q.compression.cluster": (options) => compression.cluster(none, options),
  "q.compression.clusterConstraint": (options) => compression.clusterConstraint(options),
  "q.compression.distillation": (options) => compression.distillation(none, none, options),
  "q.compression.gradualPruning": (options) => compression.gradualPruning(options),
  "q.compression.prune": (options) => compression.prune(none, options),

  "q.datasets.cifar10": (options) => datasets.cifar10(options),
  "q.datasets.digits": (options) => datasets.digits(options),
  "q.datasets.fashionMnist": (options) => datasets.fashionMnist(options),
  "q.datasets.mnist": (options) => datasets.mnist(options),
  "q.datasets.synthetic.gaussian": (options) => synthetic.gaussian(8, options),
  "q.datasets.synthetic.laplace": (options) => synthetic.laplace(8, options),
  "q.datasets.synthetic.logNormal": (options) => synthetic.logNormal(8, options),
  "q.datasets.synthetic.skewNormal": (options) => synthetic.skewNormal(8, options),
  "q.datasets.synthetic.studentT": (options) => synthetic.studentT(8, options),
  "q.datasets.synthetic.uniform": (options) => synthetic.uniform(8, options),

  "q.estimators.apply": (options) => estimators.apply(none, none, options),
  "q.estimators.parameters": (options) => estimators.parameters("lsq", none, none, options),
  "q.export.c": (options) => q.export.c(none, none, options),
  "q.export.tflite": (options) => q.export.tflite(none, none, options),
  "q.export.page": (options) => q.export.page(none, none, options),
  "q.export.savedModel": (options) => q.export.savedModel(none, none, options),

  "q.models.depthwiseCnn": (options) => models.depthwiseCnn(options),
  "q.models.load": (options) => models.load(none, options),
  "q.models.gru": (options) => models.gru(options),
  "q.models.lstm": (options) => models.lstm(options),
  "q.models.forData": (options) => models.forData(none, options),
  "q.models.mlp": (options) => models.mlp(options),
  "q.models.mobileNetV2": (options) => models.mobileNetV2(options),
  "q.models.residualCnn": (options) => models.residualCnn(options),
  "q.models.transformerEncoder": (options) => models.transformerEncoder(options),
  "q.models.layers.AttentionOutput": (options) => new layers.AttentionOutput(options),
  "q.models.layers.AttentionScores": (options) => new layers.AttentionScores(options),
  "q.models.layers.GeneralReLU": (options) => new layers.GeneralReLU(options),
  "q.models.layers.GRU": (options) => new layers.GRU(options),
  "q.models.layers.LayerNorm": (options) => new layers.LayerNorm(options),
  "q.models.layers.MultiHeadAttention": (options) => new layers.MultiHeadAttention(options),
  "q.models.layers.SpatialDropout2D": (options) => new layers.SpatialDropout2D(options),
  "q.models.layers.PositionEmbedding": (options) => new layers.PositionEmbedding(options),
  "q.models.layers.selfAttention": (options) => models.layers.selfAttention(none, options),

  "q.plot.band": (options) => plot.band([0], [0], [1], options),
  "q.plot.bars": (options) => plot.bars(["a"], [1], options),
  "q.plot.board": (options) => plot.board(none, options),
  "q.plot.figure": (options) => plot.figure(options),
  "q.plot.heatmap": (options) => plot.heatmap([[1]], options),
  "q.plot.histogram": (options) => plot.histogram([1, 2], options),
  "q.plot.images": (options) => plot.images([[1]], options),
  "q.plot.line": (options) => plot.line([0], [1], options),
  "q.plot.raster": (options) => plot.raster(none, options),
  "q.plot.panels": (options) => plot.panels(["a"], () => [], options),
  "q.plot.save": (options) => plot.save(none, none, options),
  "q.dataFrame": (options) => q.dataFrame([{ a: 1 }], options),
  "q.plot.scatter": (options) => plot.scatter([0], [1], options),
  "q.plot.slider": (options) => plot.slider("bits", [2], none, options),

  "q.ptq.adaround": (options) => ptq.adaround(none, none, options),
  "q.ptq.best": (options) => ptq.best(none, none, none, options),
  "q.ptq.biasCorrection": (options) => ptq.biasCorrection(none, none, options),
  "q.ptq.dynamic": (options) => ptq.dynamic(none, none, options),
  "q.ptq.equalize": (options) => ptq.equalize(none, options),
  "q.ptq.gptq": (options) => ptq.gptq(none, none, options),
  "q.ptq.rotate": (options) => ptq.rotate(none, options),
  "q.ptq.smoothQuant": (options) => ptq.smoothQuant(none, options),

  "q.ptq.Rotation": (options) => new ptq.Rotation(options),
  "q.ptq.TokenQuantizer": (options) => new ptq.TokenQuantizer(options),

  "q.analysis.subgroups": (options) => analysis.subgroups(none, none, options),
  "q.gate": (options) => q.gate(none, none, none, options),
  "q.monitor": (options) => q.monitor(none, none, options),
  "q.provenance.checkData": (options) => q.provenance.checkData(none, options),
  "q.provenance.croissant": (options) => q.provenance.croissant(none, options),
  "q.provenance.duplicates": (options) => q.provenance.duplicates(none, options),
  "q.provenance.labelErrors": (options) => q.provenance.labelErrors(none, options),
  "q.report.modelCard": (options) => q.report.modelCard(none, options),
  "q.robustness.corrupt": (options) => robustness.corrupt(none, none, options),
  "q.robustness.noiseImages": (options) => robustness.noiseImages(none, options),
  "q.robustness.outside": (options) => robustness.outside(none, none, none, options),
  "q.robustness.reliability": (options) => robustness.reliability(none, none, options),
  "q.robustness.shift": (options) => robustness.shift(none, none, options),
  "q.robustness.strokeLetters": (options) => robustness.strokeLetters(none, options),
  "q.robustness.curve": (options) => robustness.curve(none, none, options),
  "q.robustness.fgsm": (options) => robustness.fgsm(none, none, options),
  "q.robustness.masked": (options) => robustness.masked(none, none, options),
  "q.robustness.pgd": (options) => robustness.pgd(none, none, options),

  "q.qat.TrainedBatchNorm": (options) => new qat.TrainedBatchNorm(options),
  "q.qat.binRegularization": (options) => qat.binRegularization(options),
  "q.qat.dampening": (options) => qat.dampening(options),
  "q.qat.reestimateBatchNorm": (options) => qat.reestimateBatchNorm(none, none, options),
  "q.qat.schedule": (options) => qat.schedule(options),
  "q.qat.sine": (options) => qat.sine(options),
  "q.qat.trackOscillation": (options) => qat.trackOscillation(options),
};

/** Classes that functions make; each takes the options of its function. */
const classes: Record<string, [owner: string, Call]> = {
  "q.compression.ClusterConstraint": [
    "q.compression.clusterConstraint",
    (options) => new compression.ClusterConstraint(options),
  ],
  "q.compression.GradualPruning": [
    "q.compression.gradualPruning",
    (options) => new compression.GradualPruning(options),
  ],
  "q.plot.Figure": ["q.plot.figure", (options) => new plot.Figure(options)],
  "q.qat.LossTerm": ["q.qat.term", (options) => new qat.LossTerm("term", none, options)],
  "q.qat.OscillationTracker": [
    "q.qat.trackOscillation",
    (options) => new qat.OscillationTracker(options),
  ],
};

/** Options that are objects of their own. */
const nested: Record<string, Call> = {
  freeze: (freeze) => qat.trackOscillation({ freeze }),
  gradients: (format) => estimators.quantizeGradient(none, format),
  "q.registerLayer": (rule) => q.registerLayer("Unknown", { role: "passes", ...(rule as object) }),
  "weight kernel of q.registerLayer": (kernel) =>
    q.registerLayer("Unknown", { role: "passes", weights: { kernel } }),
};

/** Classes without options: results, errors and values, which functions make, and a base class. */
const madeByFunctions = [
  ...["DivergenceError", "History", "QuantizedTensor", "StepCallback"].map((name) => `q.${name}`),
  ...["Assignments", "Churn", "Cost", "GradientBias", "GradientField", "HessianTrace"],
  ...["LayerErrors", "MixedPrecision", "Oscillation", "Sensitivity", "TrainingCost"],
].map((name) => (name.startsWith("q.") ? name : `q.analysis.${name}`));
madeByFunctions.push("q.calibration.Histogram", "q.compression.SparsityConstraint");
madeByFunctions.push("q.exercises.Verdict", "q.exercises.Prediction", "q.ptq.BestResult");
madeByFunctions.push("q.exercises.CourseMap");
madeByFunctions.push(
  ...["Attack", "Curve", "Masking", "Outside", "Reliability", "Shift"].map(
    (name) => `q.robustness.${name}`,
  ),
);
madeByFunctions.push("q.analysis.Subgroups", "q.Gate", "q.Monitor", "q.report.ModelCard");
madeByFunctions.push(
  ...["DataChecks", "Duplicates", "LabelErrors"].map((name) => `q.provenance.${name}`),
);

const isClass = (value: unknown): boolean =>
  typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));

const nonsense = { nonsense: 1 } as never;
const run = async (call: Call, options: unknown) => await call(options as never);

describe("options that a function doesn't have are refused, before anything is built,", () => {
  const owners = Object.entries(calls).map(([name, call]) => [name, name, call] as const);
  const made = Object.entries(classes).map(([name, entry]) => [name, ...entry] as const);

  it.each([...owners, ...made])("by %s", async (_, name, call) => {
    const { numTensors } = q.tf.memory();
    await expect(run(call, nonsense)).rejects.toThrow(
      new RegExp(
        `^invalid option of ${name.replaceAll(".", "\\.")}: nonsense \\(expected [^)]+\\)$`,
      ),
    );
    await expect(run(call, nonsense)).rejects.toBeInstanceOf(TypeError);
    await expect(run(call, null)).rejects.toThrow(
      `invalid options of ${name}: null (expected an o`,
    );
    expect(q.tf.memory().numTensors).toBe(numTensors);
  });

  it.each(Object.entries(nested))("in %s", async (name, call) => {
    await expect(run(call, nonsense)).rejects.toThrow(
      `invalid option of ${name}: nonsense (expected `,
    );
  });

  it("by every class that has options", () => {
    const found: string[] = [];
    const walk = (value: object, path: string) => {
      for (const [name, member] of Object.entries(value)) {
        if (name === "tf" || path.split(".").length > 4) continue;
        if (isClass(member)) found.push(`${path}.${name}`);
        else if (typeof member === "object" && member !== null) walk(member, `${path}.${name}`);
      }
    };
    walk(q, "q");
    const known = [...Object.keys(calls), ...Object.keys(classes), ...madeByFunctions];
    expect(found.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("but not options that every layer of TensorFlow.js has", () => {
    const { numTensors } = q.tf.memory();
    const norm = new layers.LayerNorm({ name: "n", inputShape: [3], trainable: false } as never);
    const model = q.tf.sequential({ layers: [norm] });
    expect(model.trainableWeights).toEqual([]);
    model.dispose();
    expect(q.tf.memory().numTensors).toBe(numTensors);
  });

  it("with the nearest name", async () => {
    await expect(run(calls["q.kMeans"]!, { iteration: 3 })).rejects.toThrow(
      "invalid option of q.kMeans: iteration (expected seed, iterations; did you mean iterations?)",
    );
  });
});
