import { tf } from "../../tensorflow/index.js";
import { fusedLayers } from "../batchNorm/fused.js";
import { quantizers } from "../modes.js";
import { checkBits, setBits } from "./bits.js";
import { checkSchedule, type ScheduleOptions } from "./options.js";

/**
 * What changes while a prepared model is trained, as one of the `callbacks` of `q.fit` or `model.fit`: a delay of
 * fake quantization, ranges and batch statistics that stay in the end, bits that fall.
 *
 * All times are numbers of epochs that are done: `{ fakeQuantDelay: 2 }` trains two epochs in float. What a
 * schedule has changed last stays so after the training. A compiled step is traced anew at each change.
 *
 * @throws RangeError for times and bits that make no sense, TypeError for options that change nothing; when
 *   the training begins also for a model that hasn't what is to change
 * @example
 * const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
 * const qat = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
 * const schedule = q.qat.schedule({ fakeQuantDelay: 1, freezeBatchNorm: 3, bits: [[0, 8], [2, 3]] });
 * await q.fit(qat, train, { epochs: 4, callbacks: schedule, progress: false });
 * q.qat.quantizers(qat)[0]!.format.bits; // 3
 */
export function schedule(options: ScheduleOptions): QatSchedule {
  return new QatSchedule(options);
}

/**
 * A schedule that {@link schedule} made.
 *
 * @example
 * q.qat.schedule({ fakeQuantDelay: 2 }).options; // { fakeQuantDelay: 2 }
 */
export class QatSchedule extends tf.Callback {
  readonly options: Readonly<ScheduleOptions>;

  /** @internal */
  constructor(options: ScheduleOptions) {
    super();
    checkSchedule(options);
    this.options = { ...options };
  }

  /** Checks whether the model has what is to change. */
  override async onTrainBegin(): Promise<void> {
    const { freezeObserver, freezeBatchNorm, bits } = this.options;
    const all = quantizers(this.prepared);
    if (freezeObserver !== undefined && all.every(({ momentum }) => momentum === undefined)) {
      throw new TypeError(
        'invalid freezeObserver: no range of the model follows values (expected one from q.prepare(model, scheme, { calibration, observer: "ema" }))',
      );
    }
    if (freezeBatchNorm !== undefined) fusedLayers(this.prepared);
    checkBits(this.prepared, bits);
  }

  /** Sets what holds when so many epochs are done. */
  override async onEpochBegin(epoch: number): Promise<void> {
    const { fakeQuantDelay, freezeObserver, freezeBatchNorm, bits } = this.options;
    const model = this.prepared;
    for (const quantizer of quantizers(model)) {
      if (fakeQuantDelay !== undefined) quantizer.fakeQuantizing = epoch >= fakeQuantDelay;
      if (freezeObserver !== undefined) quantizer.observing = epoch < freezeObserver;
    }
    if (freezeBatchNorm !== undefined) {
      for (const layer of fusedLayers(model)) layer.frozen = epoch >= freezeBatchNorm;
    }
    if (bits !== undefined) await setBits(model, epoch, this.options);
  }

  /** @internal Of `q.fit`, before it goes on from a checkpoint. */
  onResume(epoch: number): Promise<void> {
    return this.onEpochBegin(epoch);
  }

  private get prepared(): tf.LayersModel {
    return this.model as tf.LayersModel;
  }
}
