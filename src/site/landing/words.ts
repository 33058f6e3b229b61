import type { Bits, Phase, Report, Request } from "./messages.js";

type Judged = Extract<Report, { type: "judged" }>;

/** @internal The page's two sentences: the state of the experiment, which is spoken, and the accuracy, which changes too often for that. */
export class Words {
  readonly #status: Element;
  readonly #accuracy: Element;
  readonly #best: Partial<Record<Phase, number>> = {};

  constructor(status: Element, accuracy: Element) {
    this.#status = status;
    this.#accuracy = accuracy;
  }

  say(text: string): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  judged({ phase, accuracy, done, of }: Judged, bits: Bits): void {
    this.#best[phase] = accuracy;
    const epoch = of > 0 ? `epoch ${done} of ${of}` : nameOf(bits);
    this.#accuracy.textContent = `${percent(accuracy)} right, ${epoch}`;
    if (of === 0) return;
    this.say(
      phase === "float"
        ? "The network trains in float, here in your browser."
        : `The network trains with ${nameOf(bits)} in it: rounding forward, a gradient all the same.`,
    );
  }

  ended(request: Request["type"], bits: Bits): void {
    const { float = 0, ptq = 0, qat = 0 } = this.#best;
    const isFloat = nameOf(bits) === "float";
    if (request === "train" || (request === "quantize" && isFloat)) {
      this.say(
        `In float, ${percent(float)} of 600 unseen digits are right. Now take its bits away.`,
      );
    } else if (request === "quantize") {
      this.say(
        `Rounded to ${nameOf(bits)}: ${percent(ptq)} are right, of ${percent(float)}. Training can see the rounding: press QAT.`,
      );
    } else {
      this.say(
        `With ${nameOf(bits)} still: ${percent(ptq)} became ${percent(qat)}, of ${percent(float)} in float. Try other bits.`,
      );
    }
  }
}

function nameOf({ weights, activations }: Bits): string {
  if (weights === 32 && activations === 32) return "float";
  const name = (bits: number) => (bits === 32 ? "float" : `${bits}-bit`);
  if (weights === activations) return `${weights}-bit weights and activations`;
  return `${name(weights)} weights and ${name(activations)} activations`;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
