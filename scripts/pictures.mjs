/**
 * Draws the README's picture: a network loses its accuracy at few bits, and quantization-aware training
 * brings it back. `node scripts/pictures.mjs` trains it, and writes docs/recovery.svg and recovery-still.svg.
 *
 * The picture is an SVG that moves by CSS, so that it plays where no script runs. The README shows the still one, its
 * last frame, to readers who want less motion: a browser doesn't tell an image in a page of that wish.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const load = (/** @type {string} */ path) =>
  import(new URL(`../dist/${path}`, import.meta.url).href);
const q = await load("index.js");
const { withImage } = await load("plot/index.js");

const epochs = 15;
const { train, test } = await q.datasets.digits();
const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
await q.fit(model, train, { epochs: 40, seed: 7 });
const scheme = q.scheme({ weights: q.int(2, { per: "channel" }), activations: q.uint(3) });
const calibration = train.take(256);
const ptq = await q.quantize(model, scheme, { calibration });
const references = { float: q.accuracy(model, test), PTQ: q.accuracy(ptq, test) };
const qat = await q.prepare(model, scheme, { calibration });

/** @type {number[]} */
const accuracies = [];
const figure = () =>
  q.plot.figure({
    title: "Weights of two bits: broken by rounding, brought back by training",
    data: [
      ...Object.entries(references).map(([name, value]) =>
        q.plot.line([0, epochs], [value, value], { name, dash: "dash" }),
      ),
      q.plot.line(
        Array.from({ length: accuracies.length + 1 }, (_, i) => i),
        [references.PTQ, ...accuracies],
        { name: "QAT", markers: true },
      ),
    ],
    x: { title: "epoch of quantization-aware training", range: [0, epochs + 1.5] },
    y: {
      title: "accuracy on the test images",
      unit: "%",
      range: [Math.min(0.7, references.PTQ - 0.05), 1],
    },
    alt: `Accuracy of a small network on handwritten digits: float ${references.float.toFixed(2)}, rounded to 2 bits ${references.PTQ.toFixed(2)}, after training ${(accuracies.at(-1) ?? references.PTQ).toFixed(2)}`,
  });
/** @type {string[]} */
const images = [];
const take = async () => images.push((await withImage(figure()))["image/svg+xml"]);
await take();
await q.fit(qat, train, {
  epochs,
  seed: 7,
  callbacks: {
    onEpochEnd: async () => {
      accuracies.push(q.accuracy(qat, test));
      await take();
    },
  },
});

/** The frames over each other; each shows for its share of the time, the last one longest. */
const seconds = 0.35;
const rest = 8;
const total = (images.length + rest) * seconds;
const rules = images.map((_, i) => {
  const from = ((100 * i) / (images.length + rest)).toFixed(3);
  const to =
    i === images.length - 1 ? "100" : ((100 * (i + 1)) / (images.length + rest)).toFixed(3);
  const off = (/** @type {string} */ at) =>
    at === "0.000" || at === "100" ? "" : `${at}%{opacity:0}`;
  return `@keyframes f${i}{${from === "0.000" ? "" : "0%{opacity:0}"}${from}%{opacity:1}${off(to)}${to === "100" ? "100%{opacity:1}" : "100%{opacity:0}"}}.f${i}{animation:f${i} ${total}s step-end infinite}`;
});
const [, width = "640", height = "360"] =
  /width="(\d+)" height="(\d+)"/.exec(images[0] ?? "") ?? [];
// Names of clip paths are those of one drawing: each frame gets its own.
const frames = images.map((image, i) => {
  const unique = image.replaceAll(/\b(id="|url\(['"]?#|href="#)([\w-]+)/g, `$1f${i}-$2`);
  return `<g class="f${i}" opacity="${i === images.length - 1 ? 1 : 0}">${unique}</g>`;
});
const title =
  "Quantization-aware training brings the accuracy back that rounding to two bits takes";
const around = (/** @type {string} */ content) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><title>${title}</title>${content}</svg>\n`;
const ground = '<rect width="100%" height="100%" fill="#fff"/>';
const svg = around(`<style>${rules.join("")}</style>${ground}${frames.join("")}`);
mkdirSync(join(root, "docs"), { recursive: true });
writeFileSync(join(root, "docs", "recovery.svg"), svg);
writeFileSync(join(root, "docs", "recovery-still.svg"), around(`${ground}${images.at(-1)}`));
console.log(
  `docs/recovery.svg: ${Math.round(svg.length / 1000)} kB, ${images.length} frames`,
  references,
  accuracies,
);
process.exit(0);
