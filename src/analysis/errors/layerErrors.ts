import * as plot from "../../plot/index.js";
import { layerBars } from "../layerBars.js";
import { Result } from "../result.js";

/** The error of a quantized layer's kernel or output against the float model's. */
export type LayerErrorRow = {
  layer: string;
  part: "weights" | "activations";
  /**
   * The bits of a value; 32 for the model's output if it isn't quantized, which still carries the errors of all
   * layers before.
   */
  bits: number;
  /** Signal-to-quantization-noise ratio, 10·log₁₀(Σx² / Σ(x̂ − x)²); ∞ if there is no error. */
  "SQNR (dB)": number;
  /** Mean of (x̂ − x)². */
  MSE: number;
  /** Cosine of the angle between x and x̂. */
  cosine: number;
  /** Share of the float values that lie more than half a step outside the quantized range. */
  "clipped (%)": number;
};

/**
 * The errors of a quantized model, layer by layer, which show themselves as a figure and a table.
 *
 * @example
 * const errors: q.analysis.LayerErrors = await q.analysis.layers(model, qat, test);
 * errors.worst("weights").layer; // "logits"
 */
export class LayerErrors extends Result<LayerErrorRow> {
  /**
   * The layer whose kernel or output has the lowest SQNR.
   *
   * @example
   * const errors = await q.analysis.layers(model, qat, test);
   * errors.worst("activations").layer; // "pointwise_relu"
   */
  worst(part: LayerErrorRow["part"]): LayerErrorRow {
    const rows = this.rows.filter((row) => row.part === part);
    if (rows.length === 0)
      throw new RangeError(`invalid part: ${part} (the model quantizes no ${part})`);
    return rows.reduce((worst, row) => (row["SQNR (dB)"] < worst["SQNR (dB)"] ? row : worst));
  }

  /** The SQNR of each layer's weights and activations; there is no bar if there is no error. */
  get figure(): plot.Figure {
    const names = [...new Set(this.rows.map(({ layer }) => layer))];
    const parts = (["weights", "activations"] as const).filter((part) =>
      this.rows.some((row) => row.part === part),
    );
    const data = parts.map((part) => {
      const sqnrOf = (name: string) =>
        this.rows.find((row) => row.layer === name && row.part === part)?.["SQNR (dB)"];
      const color = plot.colorOf("", part === "weights" ? 0 : 3);
      return plot.bars(
        names,
        names.map((name) => sqnrOf(name) ?? Number.NaN),
        { name: part, color },
      );
    });
    const title = "Signal over quantization error, layer by layer";
    return layerBars({ title, data, value: { title: "SQNR", unit: "dB", zero: true } });
  }

  override toString(): string {
    const parts = (["weights", "activations"] as const).filter((part) =>
      this.rows.some((row) => row.part === part),
    );
    return parts
      .map((part) => {
        const { layer, "SQNR (dB)": sqnr } = this.worst(part);
        return `${part}: the lowest SQNR is ${sqnr.toFixed(1)} dB (${layer})`;
      })
      .join("; ");
  }
}
