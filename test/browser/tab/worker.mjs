// Runs in a worker of a page, beside the bundled library.
// @ts-expect-error the bundle is made by the test
import * as q from "./qatlab.js";

/** @type {Record<string, any>[]} */
const shown = [];
/** @type {any} */ (globalThis)[Symbol.for("Jupyter.host")] = {
  name: "page",
  display: (/** @type {any} */ bundle) => shown.push(bundle),
  clear() {},
  signal: new AbortController().signal,
  beforeIdle() {},
};

/** The losses of a few steps of one network, and how often the step's own function ran. */
function train(/** @type {any} */ { xs, ys }, /** @type {boolean} */ compiled) {
  const { tf } = q;
  const model = q.models.mlp({ inputShape: [8, 8, 1], units: [8], classes: 10, seed: 1 });
  const optimizer = tf.train.adam(0.01);
  const targets = tf.oneHot(ys.toInt(), 10);
  let runs = 0;
  const step = (/** @type {any} */ x, /** @type {any} */ y) => {
    runs++;
    const loss = () => tf.losses.softmaxCrossEntropy(y, model.apply(x)).asScalar();
    return optimizer.minimize(loss, true);
  };
  const taken = compiled ? q.compile(step) : step;
  return { losses: Array.from({ length: 6 }, () => taken(xs, targets).dataSync()[0]), runs };
}

async function visit(/** @type {{ csv: File, again: boolean }} */ { csv, again }) {
  const chosen = q.dataset(csv, "kind");
  const served = q.dataset("../../kinds.csv", "kind");
  const { train: digits, test } = await q.datasets.digits();
  const few = digits.take(192);
  const trained = [false, true].map((compiled) => train(few, compiled));
  const before = q.exercises.progress().solved;
  q.exercises.check("06.2", 0.7);
  const map = q.exercises.progress();
  const page = map[Symbol.for("Jupyter.display")]()["text/html"];
  const net = () => q.models.mlp({ inputShape: [8, 8, 1], units: [8], classes: 10, seed: 1 });
  const options = { epochs: 3, seed: 1, progress: false, checkpoint: "runs/digits" };
  const model = net();
  let steps = 0;
  const callbacks = { onBatchEnd: () => void steps++ };
  await q.fit(model, few, { ...options, callbacks });
  let runs = 0;
  const study = await q.study([1, 2], () => ({ accuracy: ++runs / 10 }), { file: "study.json" });
  const file = await q.export.tflite(model, "digits.tflite", { mode: "float" }).catch(String);
  const scheme = q.scheme({ weights: q.int(8), activations: q.uint(8) });
  const quantized = await q.quantize(model, scheme, { calibration: few });
  const c = q.export.c(q.convert(quantized), "out/digits-c");
  const measured = await q.benchmark({ float: model, quantized }, few.take(8), { runs: 2 });
  const archive = /base64,([^"]*)" download="digits-c.zip"/.exec(
    shown.map((bundle) => bundle["text/html"] ?? "").join("\n"),
  );
  const link = shown.find((bundle) => /download=/.test(bundle["text/html"] ?? ""));
  /** @type {string[]} */
  const refused = [];
  for (const call of [
    () => q.exercises.sheet("sheet.json", { name: "Ada" }),
    () => q.export.page({}, "a.html"),
    () => q.export.savedModel(model, "folder"),
    () => q.export.manifest("digits.tflite", { model, test }),
    () => q.benchmark(["a.tflite"], test),
    () => q.plot.save(q.plot.figure({ data: [q.plot.line([0, 1], [0, 1])] }), "a.svg"),
    () => q.dataset("missing.csv", "kind"),
  ]) {
    try {
      await call();
      refused.push("");
    } catch (error) {
      refused.push(/** @type {Error} */ (error).message);
    }
  }
  return {
    again,
    trained,
    solved: [before, map.solved],
    progress: /href="data:[^,]*,([^"]*)" download="progress.jsonl"/.exec(page)?.[1],
    chosen: [chosen.size, chosen.labels, chosen.provenance.hash],
    served: [served.size, served.labels, served.provenance.hash],
    accuracy: q.accuracy(model, test),
    steps,
    runs,
    rows: study.rows.length,
    benchmark: measured.rows.map((/** @type {any} */ { file }) => file),
    c: { files: c.files },
    archive: archive?.[1],
    link: link?.["text/html"].slice(0, 60),
    file: typeof file === "string" ? file : "",
    refused,
  };
}

addEventListener("message", async ({ data }) => {
  try {
    postMessage(await visit(data));
  } catch (error) {
    postMessage({ error: String(/** @type {Error} */ (error).stack) });
  }
});
