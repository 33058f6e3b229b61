import { Chart } from "./chart.js";
import { Examples } from "./examples.js";
import type { Bits, Report, Request } from "./messages.js";
import { Words } from "./words.js";

/** An element of the page, which index.html has. */
const find = <T extends Element>(selector: string) => document.querySelector<T>(selector)!;
const live = find<HTMLElement>("#live");
const still = find<HTMLElement>("#still");
const progress = find<HTMLProgressElement>("progress");
const sliders = {
  weights: find<HTMLInputElement>("#weights"),
  activations: find<HTMLInputElement>("#activations"),
};
const buttons = {
  drop: find<HTMLButtonElement>("#drop"),
  recover: find<HTMLButtonElement>("#recover"),
  again: find<HTMLButtonElement>("#again"),
};
const words = new Words(find("#status"), find("#accuracy"));
const chart = new Chart(find<SVGSVGElement>("#chart"));
let examples: Examples | undefined;
let worker: Worker | undefined;
/** The epochs of the float training, after which the second one is drawn. */
let floatEpochs = 0;

/** The last position of a slider is float. */
const bitsAt = (slider: HTMLInputElement) =>
  slider.value === slider.max ? 32 : Number(slider.value);
const bits = (): Bits => ({
  weights: bitsAt(sliders.weights),
  activations: bitsAt(sliders.activations),
});

function ask(request: Request): void {
  for (const control of [...Object.values(sliders), ...Object.values(buttons)]) {
    control.disabled = request.type !== "quantize";
  }
  worker!.postMessage(request);
}

/** Why this browser can't train, or an empty text. */
function obstacle(): string {
  if (location.protocol === "file:") {
    return "Opened as a file, a page may not start the training: serve the folder, as `npx qatlab site --serve` does.";
  }
  const absent = "This browser starts no web workers here, in which the network would train.";
  if (typeof Worker === "undefined") return absent;
  try {
    worker ??= open();
    return "";
  } catch {
    return absent;
  }
}

function start(): void {
  const reason = obstacle();
  if (reason !== "") {
    fail(reason);
    return;
  }
  still.hidden = true;
  live.hidden = false;
  nameBits();
  words.say("Loading the library and 1,797 handwritten digits.");
  ask({ type: "train" });
}

function open(): Worker {
  const opened = new Worker(new URL("assets/landing/worker.js", document.baseURI), {
    type: "module",
  });
  opened.addEventListener("message", ({ data }: MessageEvent<Report>) => hear(data));
  opened.addEventListener("error", (event) => {
    event.preventDefault();
    fail(
      `The training's script did not run${event.message ? `: ${event.message}` : ""}. Load the page again, or try a newer browser.`,
    );
  });
  return opened;
}

function hear(report: Report): void {
  if (report.type === "failed") {
    fail(report.reason);
  } else if (report.type === "ready") {
    examples = new Examples(find("#examples"), report.pixels, report.labels);
  } else if (report.type === "step") {
    progress.value = report.done / report.of;
  } else if (report.type === "judged") {
    const { phase, accuracy, classes, done, of } = report;
    if (phase === "float" && of > 0) floatEpochs = done;
    const epoch = phase === "qat" ? floatEpochs + done : floatEpochs;
    chart.add({ phase, epoch, accuracy });
    examples?.show(classes);
    words.judged(report, bits());
  } else ended(report.request);
}

/** The reader's turn. */
function ended(request: Request["type"]): void {
  const { weights, activations } = bits();
  const isFloat = weights === 32 && activations === 32;
  for (const control of [...Object.values(sliders), ...Object.values(buttons)])
    control.disabled = false;
  buttons.recover.disabled = isFloat;
  buttons.drop.classList.toggle("next", request === "train" || isFloat);
  buttons.recover.classList.toggle("next", request === "quantize" && !isFloat);
  progress.value = 0;
  words.ended(request, { weights, activations });
}

function nameBits(): void {
  for (const slider of Object.values(sliders)) {
    const count = bitsAt(slider);
    const text = count === 32 ? "float" : `${count} bits`;
    slider.setAttribute("aria-valuetext", text);
    slider.nextElementSibling!.textContent = text;
  }
}

function round(): void {
  nameBits();
  ask({ type: "quantize", bits: bits() });
}

function fail(reason: string): void {
  worker?.terminate();
  worker = undefined;
  live.hidden = true;
  still.hidden = false;
  find("#why").textContent = `${reason} This is what a recorded training looks like.`;
}

for (const slider of Object.values(sliders)) slider.addEventListener("input", round);
buttons.drop.addEventListener("click", () => {
  for (const slider of Object.values(sliders)) slider.value = "2";
  round();
});
buttons.recover.addEventListener("click", () => ask({ type: "recover" }));
buttons.again.addEventListener("click", () => {
  for (const slider of Object.values(sliders)) slider.value = slider.max;
  start();
});
find("#begin").addEventListener("click", start);

if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
  find("#why").textContent = "Nothing moves here until you ask for it.";
} else start();
