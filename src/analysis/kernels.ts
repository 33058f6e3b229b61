import type { CalibrationMethod } from "../calibration/index.js";
import type { Dataset } from "../datasets/index.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { prepare } from "../qat/prepare.js";
import { QuantizedLayer } from "../qat/quantizedLayer.js";
import { withBits } from "../quantizers/format.js";
import { type LayerFormats, type Scheme, scheme } from "../quantizers/index.js";
import { formatsOf } from "../quantizers/scheme.js";
import { tf } from "../tensorflow/index.js";
import { kernelLayers } from "./plan.js";

/** How ranges are found; as in `q.prepare`. */
export interface Calibration {
  calibration: Dataset;
  method: CalibrationMethod;
}

/** @internal A model whose kernels are exchanged for rounded ones, without preparing it each time. */
export class RoundedKernels {
  readonly model: tf.LayersModel;
  readonly #kernels: Map<string, tf.Tensor>;

  private constructor(model: tf.LayersModel, kernels: Map<string, tf.Tensor>) {
    this.model = model;
    this.#kernels = kernels;
  }

  /**
   * @param widths of each kernel; `undefined` for the scheme's own
   * @param options `activations`: whether the scheme's activations are quantized meanwhile
   */
  static async make(
    model: tf.LayersModel,
    given: Scheme,
    widths: readonly (number | undefined)[],
    { activations, ...calibration }: Calibration & { activations: boolean },
  ): Promise<RoundedKernels> {
    const names = kernelLayers(model).map(({ name }) => name);
    const kernels = new Map<string, tf.Tensor>();
    const quantizes = [given, ...Object.values(given.layers)].some((one) => one.activations);
    const base =
      activations && quantizes
        ? await prepare(model, activationsOf(given), calibration)
        : foldBatchNorm(model);
    for (const name of names) kernels.set(name, base.getLayer(name).getWeights()[0]!.clone());
    for (const bits of widths) {
      const rounded = await prepare(model, weightsOf(given, names, bits), calibration);
      for (const name of names) {
        const layer = rounded.getLayer(name);
        if (!(layer instanceof QuantizedLayer)) continue;
        const width = bits ?? layer.weightFormat!.bits;
        kernels.set(`${name} ${width}`, layer.quantizedKernel());
      }
      rounded.dispose();
    }
    return new RoundedKernels(base, kernels);
  }

  /** Takes the kernel of that many bits, or the float one. */
  use(name: string, bits?: number): void {
    const layer = this.model.getLayer(name);
    const kernel = this.#kernels.get(bits === undefined ? name : `${name} ${bits}`)!;
    layer.setWeights([kernel, ...layer.getWeights().slice(1)]);
  }

  /** Σ(ŵ − w)² of a kernel at that width; nothing where the scheme leaves it in float32. */
  squaredError(name: string, bits: number): number | undefined {
    const rounded = this.#kernels.get(`${name} ${bits}`);
    if (!rounded) return undefined;
    return tf.tidy(
      () => tf.squaredDifference(rounded, this.#kernels.get(name)!).sum().dataSync()[0]!,
    );
  }

  dispose(): void {
    this.model.dispose();
    tf.dispose([...this.#kernels.values()]);
  }
}

function activationsOf(given: Scheme): Scheme {
  return scheme({ activations: given.activations, layers: only(given, "activations") });
}

/** All kernels' formats one by one, so that those of single layers keep theirs. */
function weightsOf(given: Scheme, names: string[], bits: number | undefined): Scheme {
  const layers = names.flatMap((name) => {
    const { weights } = formatsOf(given, { name });
    return weights ? [[name, { weights: bits ? withBits(weights, bits) : weights }] as const] : [];
  });
  return scheme({ layers: Object.fromEntries(layers) });
}

function only(given: Scheme, part: keyof LayerFormats): Record<string, LayerFormats> {
  const own = Object.entries(given.layers).filter(([, formats]) => part in formats);
  return Object.fromEntries(own.map(([name, formats]) => [name, { [part]: formats[part] }]));
}
