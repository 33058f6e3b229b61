import type { CalibrationMethod } from "../../calibration/index.js";
import { foldBatchNorm } from "../../graph/index.js";
import { ruledWeights, weightAt } from "../../layers/index.js";
import { innerOf, QuantizedLayer, quantizedTwin } from "../../quantized/index.js";
import {
  formatsOf,
  type LayerFormats,
  type Scheme,
  scheme,
  withBits,
} from "../../quantizers/index.js";
import { tf } from "../../tensorflow/index.js";
import type { InputData } from "../../train/index.js";
import { kernelLayers } from "../plan.js";

/** The examples and the method that ranges are found with, as in `q.prepare`. */
export interface Calibration {
  calibration: InputData;
  method: CalibrationMethod;
}

/** @internal A model whose kernels can be replaced by rounded kernels without preparing the model each time. */
export class RoundedKernels {
  readonly model: tf.LayersModel;
  readonly #kernels: Map<string, tf.Tensor>;

  private constructor(model: tf.LayersModel, kernels: Map<string, tf.Tensor>) {
    this.model = model;
    this.#kernels = kernels;
  }

  /**
   * @param formats the formats of the model
   * @param widths the widths of each kernel; `undefined` for the scheme's width
   * @param options the calibration, and `activations`: whether activations are quantized too, in the scheme's
   *   formats
   */
  static async make(
    model: tf.LayersModel,
    formats: Scheme,
    widths: readonly (number | undefined)[],
    { activations, ...calibration }: Calibration & { activations: boolean },
  ): Promise<RoundedKernels> {
    const names = kernelLayers(model).map(({ name }) => name);
    const kernels = new Map<string, tf.Tensor>();
    try {
      for (const bits of widths) {
        const rounded = await quantizedTwin(model, weightsOf(formats, names, bits), calibration);
        takeRounded(rounded, names, { bits, kernels });
        rounded.dispose();
      }
      const quantizes = [formats, ...Object.values(formats.layers)].some(
        (layer) => layer.activations,
      );
      const base =
        activations && quantizes
          ? await quantizedTwin(model, activationsOf(formats), calibration)
          : foldBatchNorm(model);
      takeFloat(base, names, kernels);
      return new RoundedKernels(base, kernels);
    } catch (error) {
      tf.dispose([...kernels.values()]);
      throw error;
    }
  }

  /** Gives a layer its kernels of a number of bits, or its float kernels if `bits` is undefined. */
  use(name: string, bits?: number): void {
    const inner = innerOf(this.model.getLayer(name));
    for (const { path } of ruledWeights(inner)) {
      const kernel = this.#kernels.get(`${name} ${path}${bits === undefined ? "" : ` ${bits}`}`)!;
      weightAt(inner, path).write(kernel);
    }
  }

  /** Σ(ŵ − w)² of a layer's kernels at a width; `undefined` if the scheme leaves them in float32. */
  squaredError(name: string, bits: number): number | undefined {
    const paths = ruledWeights(innerOf(this.model.getLayer(name))).map(({ path }) => path);
    if (!this.#kernels.has(`${name} ${paths[0]} ${bits}`)) return undefined;
    const errors = paths.map((path) =>
      tf.tidy(() => {
        const [rounded, kernel] = [`${path} ${bits}`, path].map(
          (key) => this.#kernels.get(`${name} ${key}`)!,
        );
        return tf.squaredDifference(rounded!, kernel!).sum().dataSync()[0]!;
      }),
    );
    return errors.reduce((sum, error) => sum + error, 0);
  }

  dispose(): void {
    this.model.dispose();
    tf.dispose([...this.#kernels.values()]);
  }
}

/** Takes the rounded kernels of a model, at a width or at those of the formats. */
function takeRounded(
  rounded: tf.LayersModel,
  names: readonly string[],
  { bits, kernels }: { bits: number | undefined; kernels: Map<string, tf.Tensor> },
): void {
  for (const name of names) {
    const layer = rounded.getLayer(name);
    if (!(layer instanceof QuantizedLayer)) continue;
    const width = bits ?? layer.weightFormat!.bits;
    for (const path of layer.weightQuantizers.keys()) {
      kernels.set(`${name} ${path} ${width}`, layer.quantizedKernel(path));
    }
  }
}

function takeFloat(
  model: tf.LayersModel,
  names: readonly string[],
  kernels: Map<string, tf.Tensor>,
): void {
  for (const name of names) {
    const inner = innerOf(model.getLayer(name));
    for (const { path } of ruledWeights(inner)) {
      kernels.set(`${name} ${path}`, weightAt(inner, path).read().clone());
    }
  }
}

function activationsOf(formats: Scheme): Scheme {
  return scheme({ activations: formats.activations, layers: only(formats, "activations") });
}

/** The formats of all kernels, layer by layer, so that layers with another format in the scheme keep it. */
function weightsOf(formats: Scheme, names: string[], bits: number | undefined): Scheme {
  const layers = names.flatMap((name) => {
    const { weights } = formatsOf(formats, { name });
    return weights ? [[name, { weights: bits ? withBits(weights, bits) : weights }] as const] : [];
  });
  return scheme({ layers: Object.fromEntries(layers) });
}

function only(formats: Scheme, role: keyof LayerFormats): Record<string, LayerFormats> {
  const entries = Object.entries(formats.layers).filter(([, layer]) => role in layer);
  return Object.fromEntries(entries.map(([name, layer]) => [name, { [role]: layer[role] }]));
}
