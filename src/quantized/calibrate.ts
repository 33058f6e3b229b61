import {
  type CalibrationMethod,
  type CalibrationRecord,
  Collector,
  HistogramObserver,
  inParts,
  observer,
  weightRange,
  weightRanges,
} from "../calibration/index.js";
import { tf } from "../tensorflow/index.js";
import { inLayer, nameOf } from "./calibration/layerNames.js";
import { type Observed, observe } from "./calibration/observe.js";
import { openRange } from "./calibration/openRange.js";
import { calibrationProgress } from "./calibration/progress.js";
import { warnOfRecords } from "./calibration/warnings.js";
import { weightRecord } from "./calibration/weightRecord.js";
import { QuantizedLayer } from "./quantizedLayer.js";

/**
 * @internal
 * Finds the ranges of a prepared model's quantizers. The model runs on examples in float: quantizers of
 * activations let the values pass, observe them, and take the ranges that the method finds. The ranges of
 * weights are found on the weights. Values are seen as they come, and none is kept.
 *
 * @param options `inputs`, examples of each input of the model; `method`
 */
export async function calibrate(
  prepared: tf.LayersModel,
  { inputs, method }: { inputs: tf.Tensor[]; method: CalibrationMethod },
): Promise<void> {
  const layers = prepared.layers.filter((layer) => layer instanceof QuantizedLayer);
  const observed = layers.flatMap((layer) =>
    layer.quantizers
      .filter(({ role }) => role === "activations")
      .map((quantizer): Observed => {
        const seeing = observer(method);
        const histogram = seeing instanceof HistogramObserver ? seeing.histogram : undefined;
        const parts = inParts(seeing);
        return { layer, quantizer, observer: seeing, parts, collector: new Collector(histogram) };
      }),
  );
  const progress = calibrationProgress(observed.length > 0 ? inputs[0]!.shape[0] : 0, layers);
  const records = new Map<QuantizedLayer, CalibrationRecord[]>(layers.map((layer) => [layer, []]));
  try {
    if (observed.length > 0) await observe(prepared, layers, observed, inputs, progress);
    for (const { layer, quantizer, observer, collector } of observed) {
      const name = nameOf(layer);
      inLayer(name, () => {
        const { format } = quantizer;
        const range = observer.range(format);
        const record = collector.record(range, format);
        const note = openRange(quantizer, range, record);
        records.get(layer)!.push({ layer: name, tensor: quantizer.name, ...record, note });
      });
      await progress.turn();
    }
    for (const layer of layers) {
      records.get(layer)!.unshift(...(await calibrateInTurns(layer, method, progress.turn)));
      await progress.tick();
    }
  } finally {
    progress.done();
  }
  for (const layer of layers) layer.calibrationRecords = records.get(layer)!;
  warnOfRecords(prepared.name, [...records.values()].flat());
}

/** @internal Finds the ranges of a layer's weights. */
export function calibrateWeights(layer: QuantizedLayer, method: CalibrationMethod): void {
  for (const [path, quantizer] of layer.weightQuantizers) {
    const values = valuesOf(layer, path);
    inLayer(layer.name, () => {
      const range = weightRange(values, layer.channels(path), quantizer.format, method);
      quantizer.write(range, values);
    });
  }
}

/**
 * Finds the ranges of a layer's weights with a turn of the event loop between two channels, and returns the
 * records of the weights.
 */
async function calibrateInTurns(
  layer: QuantizedLayer,
  method: CalibrationMethod,
  turn: () => Promise<void>,
): Promise<CalibrationRecord[]> {
  const records: CalibrationRecord[] = [];
  for (const [path, quantizer] of layer.weightQuantizers) {
    const values = valuesOf(layer, path);
    const channels = layer.channels(path);
    const search = weightRanges(values, channels, quantizer.format, method);
    const next = () => inLayer(layer.name, () => search.next());
    let step = next();
    for (; !step.done; step = next()) await turn();
    const range = step.value;
    inLayer(layer.name, () => quantizer.write(range, values));
    const record = weightRecord(values, channels, range, quantizer.format);
    records.push({ layer: layer.name, tensor: quantizer.name, ...record });
  }
  return records;
}

function valuesOf(layer: QuantizedLayer, path: string): Float32Array {
  const quantizer = layer.weightQuantizers.get(path)!;
  return tf.tidy(
    () => quantizer.channelsLast(layer.latent(path).read()).dataSync() as Float32Array,
  );
}
