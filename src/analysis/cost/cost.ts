import { bytes, shortNumber } from "../../display/index.js";
import { checkModel, flatLayers } from "../../graph/index.js";
import { hasRule, type Layer, macsOf } from "../../layers/index.js";
import * as plot from "../../plot/index.js";
import { innerOf } from "../../quantized/index.js";
import type { Scheme } from "../../quantizers/index.js";
import { checkScheme } from "../../quantizers/index.js";
import type { tf } from "../../tensorflow/index.js";
import { layerBars } from "../layerBars.js";
import { type Planned, withPlan } from "../plan.js";
import { Result } from "../result.js";
import { macEnergy, readEnergy } from "./energy.js";
import { type Peak, peakMemory } from "./liveness.js";
import { sizeOf, storedBytes, weightSizes } from "./storedBytes.js";

/** The costs of a layer; operations and energies are those for one example. */
export type CostRow = {
  layer: string;
  type: string;
  parameters: number;
  /** The bytes of the stored parameters: kernels in their format, all others in float32. Scales aren't counted. */
  bytes: number;
  /** Multiply-accumulate operations, in all places where the layer is used. */
  MACs: number;
  /**
   * The width of the kernel; for a layer that multiplies two inputs, say attention, the width of the second
   * input.
   */
  "weight bits": number;
  /** The width of the values that are multiplied with the kernel. */
  "input bits": number;
  /** MACs × weight bits × input bits. */
  "bit-operations": number;
  /** The energy of all multiplications and additions. */
  "arithmetic (nJ)": number;
  /** The energy of reading the parameters from DRAM once. */
  "reading (nJ)": number;
};

/**
 * The costs of a model, layer by layer, which show themselves as a figure and a table.
 *
 * @example
 * const cost: q.analysis.Cost = q.analysis.cost(model);
 * [cost.total.parameters, cost.total.MACs]; // [ 954, 8448 ]
 */
export class Cost extends Result<CostRow> {
  /** The sums over all layers. */
  readonly total: Omit<CostRow, "layer" | "type" | "weight bits" | "input bits">;
  /** The most bytes that the activations of one example take at once, and the layer in whose step they do. */
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
 * Counts the costs of a model: parameters, bytes, multiply-accumulate operations, bit-operations, energy, and
 * the peak memory of activations.
 *
 * Batch normalization is counted as folded. The energy is an estimate from M. Horowitz's table (ISSCC 2014,
 * figure 1.1.9, 45 nm), not a measurement: it orders designs of the same kind. The estimate leaves out caches,
 * registers and control, which take more energy than the arithmetic on most processors, and assumes that
 * multipliers below 8 bits shrink with the product of the widths, which is true of special hardware only.
 * Bit-operations are counted as in Baskin et al. 2021, arXiv:1804.10969, without those of the accumulator.
 *
 * @param model a float model or a quantized model; a float model with a `scheme` is counted as if it were
 *   quantized
 * @param scheme the formats to count with. Default: the formats that the model has
 * @throws TypeError if `model` isn't a Layers model, if a quantized model comes with a scheme, or if there is
 *   no rule for a layer with a kernel (the message names the layer); RangeError if a size isn't known
 * @example
 * q.analysis.cost(model).total.bytes; // 3816
 * q.analysis.cost(model, scheme).total["bit-operations"]; // 76032 (W3A3)
 * q.analysis.cost(model, scheme).peak; // { bytes: 240, layer: "pool" }
 */
export function cost(model: tf.LayersModel, scheme?: Scheme): Cost {
  checkModel(model);
  if (scheme !== undefined) checkScheme(scheme);
  flatLayers(model).map(innerOf).forEach(checkKnown);
  return withPlan(model, scheme, (plan) => {
    const layers = new Map<Layer, LayerUse[]>();
    for (const planned of plan.values()) {
      const { layer, node } = planned;
      const inputBits = node.inputs.map((input) => plan.get(input)!.bits);
      const uses = layers.get(layer) ?? [];
      layers.set(layer, [...uses, { ...planned, inputBits, MACs: macsIn(planned) }]);
    }
    const rows = [...layers.values()].filter(
      ([use, ...others]) => use!.layer.weights.length > 0 || [use!, ...others].some(multiplies),
    );
    return new Cost(rows.map(rowOf), peakMemory(plan));
  });
}

/** A place where a layer is used, and the layer's costs there. */
interface LayerUse extends Planned {
  /** The widths of the layer's inputs. */
  inputBits: number[];
  MACs: number;
}

function multiplies({ MACs }: LayerUse): boolean {
  return MACs > 0;
}

function checkKnown(layer: Layer): void {
  const isMatrix = ({ shape }: tf.LayerVariable) => shape.length > 1;
  if (!hasRule(layer) && layer.weights.some(isMatrix)) {
    const type = layer.getClassName();
    throw new TypeError(
      `cannot count layer "${layer.name}" (${type}): there is no rule for ${type} (make one, as in q.registerLayer("${type}", { role: "computes", macs: () => 0 }))`,
    );
  }
}

function macsIn({ node, layer }: Planned): number {
  return macsOf(layer, { inputs: node.inputs.map(({ shape }) => shape), output: node.shape });
}

/** The row of a layer: its parameters are stored once, its operations count in each place where it is used. */
function rowOf(uses: LayerUse[]): CostRow {
  const { layer, node, formats } = uses[0]!;
  const sizes = weightSizes(layer);
  const parameters = layer.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const kernelBits = formats.weights?.bits ?? 32;
  const bytes = storedBytes(sizes, parameters, kernelBits);
  // A layer without a kernel multiplies its first input with its last input.
  const bitsOf = ({ inputBits }: LayerUse) =>
    sizes.length > 0
      ? [kernelBits, Math.max(...inputBits)]
      : [inputBits.at(-1) ?? 32, inputBits[0] ?? 32];
  const sum = (count: (use: LayerUse) => number) => uses.reduce((all, use) => all + count(use), 0);
  const [weightBits, inputBits] = [0, 1].map((factor) =>
    Math.max(...uses.map((use) => bitsOf(use)[factor]!)),
  );
  return {
    layer: node.layer.name,
    type: layer.getClassName(),
    parameters,
    bytes,
    MACs: sum(({ MACs }) => MACs),
    "weight bits": weightBits!,
    "input bits": inputBits!,
    "bit-operations": sum((use) => use.MACs * bitsOf(use)[0]! * bitsOf(use)[1]!),
    "arithmetic (nJ)": sum((use) => use.MACs * macEnergy(bitsOf(use)[0]!, bitsOf(use)[1]!)) / 1000,
    "reading (nJ)": readEnergy(8 * bytes) / 1000,
  };
}
