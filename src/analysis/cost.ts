import { bytes, shortNumber } from "../display/numbers.js";
import { checkModel } from "../models/check.js";
import * as plot from "../plot/index.js";
import type { Scheme } from "../quantizers/index.js";
import { checkScheme } from "../quantizers/scheme.js";
import type { tf } from "../tensorflow/index.js";
import { macEnergy, readEnergy } from "./energy.js";
import { layerBars } from "./layerBars.js";
import { type Peak, peakMemory } from "./liveness.js";
import { macs } from "./macs.js";
import { type Planned, withPlan } from "./plan.js";
import { Result } from "./result.js";

/** What a layer costs; for one example, where it matters. */
export type CostRow = {
  layer: string;
  type: string;
  parameters: number;
  /** Stored parameters: kernels in their format, biases and the rest in float32; without scales. */
  bytes: number;
  /** Multiply-accumulate operations. */
  MACs: number;
  "weight bits": number;
  /** Of the values that the layer multiplies its kernel with. */
  "input bits": number;
  /** MACs × weight bits × input bits. */
  "bit-operations": number;
  /** Of all multiplications and additions. */
  "arithmetic (nJ)": number;
  /** Of reading the parameters from DRAM once. */
  "reading (nJ)": number;
};

/**
 * What a model costs, layer by layer: shows itself as a figure and a table.
 *
 * @example
 * const cost: q.analysis.Cost = q.analysis.cost(model);
 * [cost.total.parameters, cost.total.MACs]; // [ 954, 8448 ]
 */
export class Cost extends Result<CostRow> {
  /** The sums over all layers. */
  readonly total: Omit<CostRow, "layer" | "type" | "weight bits" | "input bits">;
  /** The most bytes of activations of one example that are held at once, and in which layer's step. */
  readonly peak: Peak;

  /** @internal */
  constructor(rows: readonly CostRow[], peak: Peak) {
    super(rows);
    this.peak = peak;
    const sum = (column: keyof Cost["total"]) =>
      rows.reduce((total, row) => total + row[column], 0);
    this.total = {
      parameters: sum("parameters"),
      bytes: sum("bytes"),
      MACs: sum("MACs"),
      "bit-operations": sum("bit-operations"),
      "arithmetic (nJ)": sum("arithmetic (nJ)"),
      "reading (nJ)": sum("reading (nJ)"),
    };
  }

  /** Each layer's share of the parameters' bytes and of the bit-operations. */
  get figure(): plot.Figure {
    const names = this.rows.map(({ layer }) => layer);
    const share = (column: "bytes" | "bit-operations") =>
      this.rows.map((row) => row[column] / (this.total[column] || 1));
    return layerBars({
      title: "What each layer costs",
      data: [
        plot.bars(names, share("bytes"), { name: "bytes", color: plot.colorOf("", 0) }),
        plot.bars(names, share("bit-operations"), {
          name: "bit-operations",
          color: plot.colorOf("", 3),
        }),
      ],
      value: { title: "share", unit: "%", zero: true },
    });
  }

  override toString(): string {
    const { parameters, MACs, "bit-operations": operations } = this.total;
    const energy = this.total["arithmetic (nJ)"];
    return [
      `${shortNumber(parameters)} parameters in ${bytes(this.total.bytes)}`,
      `${shortNumber(MACs)} MACs, ${shortNumber(operations)} bit-operations, ${shortNumber(energy)} nJ of arithmetic for an example`,
      `at most ${bytes(this.peak.bytes)} of activations at once (${this.peak.layer})`,
    ].join("; ");
  }
}

/**
 * What a model costs: parameters, bytes, multiply-accumulate operations, bit-operations, energy, and the
 * peak memory of its activations.
 *
 * Batch normalization is counted as folded. Energy is an estimate from M. Horowitz's table (ISSCC 2014,
 * figure 1.1.9, 45 nm): it orders designs of the same kind, and is no measurement. It leaves out caches,
 * registers and control, which take more than the arithmetic on most processors; below 8 bits
 * multipliers are taken to shrink with the product of the widths, which only special hardware does.
 * Bit-operations as in Baskin et al. 2021, arXiv:1804.10969, without the accumulator's.
 *
 * @param model a float model, with `scheme` as it would be quantized; or a quantized one
 * @param scheme default: none, the formats that the model has
 * @throws TypeError for what isn't a model, and for a scheme with a quantized model; RangeError for sizes
 *   that aren't known
 * @example
 * q.analysis.cost(model).total.bytes; // 3816
 * q.analysis.cost(model, scheme).total["bit-operations"]; // 76032 (W3A3)
 * q.analysis.cost(model, scheme).peak; // { bytes: 240, layer: "pool" }
 */
export function cost(model: tf.LayersModel, scheme?: Scheme): Cost {
  checkModel(model);
  if (scheme !== undefined) checkScheme(scheme);
  return withPlan(model, scheme, (plan) => {
    const rows = [...plan.values()].flatMap((planned) => {
      const inputs = planned.node.inputs.map((input) => plan.get(input)!.bits);
      return planned.layer.weights.length > 0 ? [rowOf(planned, Math.max(...inputs))] : [];
    });
    return new Cost(rows, peakMemory(plan));
  });
}

function rowOf(planned: Planned, inputBits: number): CostRow {
  const { node, layer, formats } = planned;
  const weightBits = formats.weights?.bits ?? 32;
  const sizes = layer.weights.map(({ shape }) => ({
    size: (shape as number[]).reduce((total, size) => total * size, 1),
    bits: shape.length > 1 ? weightBits : 32,
  }));
  const count = macs(planned);
  const stored = sizes.reduce((sum, { size, bits }) => sum + Math.ceil((size * bits) / 8), 0);
  return {
    layer: node.layer.name,
    type: layer.getClassName(),
    parameters: sizes.reduce((sum, { size }) => sum + size, 0),
    bytes: stored,
    MACs: count,
    "weight bits": weightBits,
    "input bits": inputBits,
    "bit-operations": count * weightBits * inputBits,
    "arithmetic (nJ)": (count * macEnergy(weightBits, inputBits)) / 1000,
    "reading (nJ)": readEnergy(8 * stored) / 1000,
  };
}
