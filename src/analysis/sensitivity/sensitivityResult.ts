import * as plot from "../../plot/index.js";
import type { Scheme } from "../../quantizers/index.js";
import type { Evaluation } from "../../train/index.js";
import { layerBars } from "../layerBars.js";
import { Result } from "../result.js";

/** The loss and accuracy of a model in which a single kernel or output is quantized. */
export type SensitivityRow = {
  layer: string;
  part: "weights" | "activations";
  bits: number;
  /** Mean cross-entropy in nats. */
  loss: number;
  "loss increase": number;
  "accuracy (%)": number;
  "accuracy drop (points)": number;
};

/** A score for each width of each layer's kernel: the less, the better. */
export type Scores = Record<string, Record<number, number>>;

/**
 * The loss from quantizing each layer alone, which shows itself as a figure and a table.
 *
 * @example
 * const one: q.analysis.Sensitivity = await q.analysis.sensitivity(model, scheme, test);
 * one.rows.length; // 8 (four kernels, four activations: the input and three outputs)
 */
export class Sensitivity extends Result<SensitivityRow> {
  /** The loss and accuracy of the model in float32. */
  readonly float: Evaluation;
  /** The scheme whose formats were tried. */
  readonly scheme: Scheme;

  /** @internal */
  constructor(rows: readonly SensitivityRow[], float: Evaluation, scheme: Scheme) {
    super(rows);
    this.float = float;
    this.scheme = scheme;
  }

  /**
   * The increase of the loss for each width of each kernel, as {@link mixedPrecision} takes scores.
   *
   * @example
   * const bits = [2, 8];
   * const { scores } = await q.analysis.sensitivity(model, scheme, test, { bits });
   * Object.keys(scores.conv!); // [ "2", "8" ]
   */
  get scores(): Scores {
    const scores: Scores = {};
    for (const { layer, part, bits, "loss increase": increase } of this.rows) {
      if (part !== "weights") continue;
      scores[layer] = { ...scores[layer], [bits]: increase };
    }
    return scores;
  }

  /** The increase of the loss, a bar for each layer and width; bars of activations are hatched. */
  get figure(): plot.Figure {
    const widths = [...new Set(this.rows.map(({ bits }) => bits))].sort((a, b) => a - b);
    const parts = this.rows.map(({ layer, part }) => ({ layer, part }));
    const kernels = new Set(parts.filter(({ part }) => part === "weights").map((p) => p.layer));
    // A layer can have both a kernel and a quantized output.
    const nameOf = ({ layer, part }: Pick<SensitivityRow, "layer" | "part">) =>
      part === "activations" && kernels.has(layer) ? `${layer}, output` : layer;
    const data = widths.map((width) => {
      const rows = this.rows.filter(({ bits }) => bits === width);
      const bars = plot.bars(
        rows.map(nameOf),
        rows.map((row) => row["loss increase"]),
        { name: `${width} ${width === 1 ? "bit" : "bits"}`, color: plot.bitColor(width) },
      );
      const shape = rows.map(({ part }) => (part === "activations" ? "/" : ""));
      return { ...bars, marker: { color: plot.bitColor(width), pattern: { shape } } };
    });
    const hatched = parts.some(({ part }) => part === "activations");
    return layerBars({
      title: `What quantizing a single layer costs${hatched ? " (activations hatched)" : ""}`,
      data,
      value: { title: "increase of the loss", unit: "nats", zero: true },
    });
  }

  override toString(): string {
    const worst = this.rows.reduce((a, b) => (b["loss increase"] > a["loss increase"] ? b : a));
    const { layer, part, bits, "loss increase": increase } = worst;
    const drop = worst["accuracy drop (points)"];
    return `Most sensitive: ${part} of ${layer} at ${bits} bits, ${signed(increase, 3)} nats of loss, ${signed(-drop, 1)} points of accuracy`;
  }
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
}
