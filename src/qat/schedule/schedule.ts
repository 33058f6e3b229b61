import { checkOptions } from "../../arguments/index.js";
import { quantizers, trainedBatchNorms } from "../../quantized/index.js";
import { tf } from "../../tensorflow/index.js";
import { checkBits, setBits } from "./bits.js";
import { checkSchedule, type ScheduleOptions } from "./options.js";

/**
 * Makes a callback for `q.fit` or `model.fit` that changes a prepared model while it is trained: the callback
 * can delay fake quantization, freeze ranges and batch statistics at the end, and lower the bits.
 *
 * All times are numbers of completed epochs: `{ fakeQuantDelay: 2 }` trains two epochs in float. The last
 * changes of a schedule stay after the training. A compiled step is traced anew at each change.
 *
 * @throws RangeError if a time isn't a whole number from 0, or bits aren't integers from 1 to 16; TypeError if
 *   the options change nothing; when the training begins, also if the model lacks the part that is to change
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
    checkOptions<ScheduleOptions>("q.qat.schedule", options, {
      fakeQuantDelay: true,
      freezeObserver: true,
      freezeBatchNorm: true,
      bits: true,
      calibration: true,
      method: true,
    });
    checkSchedule(options);
    this.options = { ...options };
  }

  /** Checks whether the model has the parts that are to change. */
  override async onTrainBegin(): Promise<void> {
    const { freezeObserver, freezeBatchNorm, bits } = this.options;
    const all = quantizers(this.prepared);
    if (freezeObserver !== undefined && all.every(({ momentum }) => momentum === undefined)) {
      throw new TypeError(
        "invalid freezeObserver: no range of the model follows values (expected a model from q.prepare(model, scheme, { calibration, movingAverage: true }))",
      );
    }
    if (freezeBatchNorm !== undefined) trainedBatchNorms(this.prepared);
    checkBits(this.prepared, bits);
  }

  /** Sets the state of the model after `epoch` completed epochs. */
  override async onEpochBegin(epoch: number): Promise<void> {
    const { fakeQuantDelay, freezeObserver, freezeBatchNorm, bits } = this.options;
    const model = this.prepared;
    for (const quantizer of quantizers(model)) {
      if (fakeQuantDelay !== undefined) quantizer.fakeQuantizing = epoch >= fakeQuantDelay;
      if (freezeObserver !== undefined) quantizer.observing = epoch < freezeObserver;
    }
    if (freezeBatchNorm !== undefined) {
      for (const layer of trainedBatchNorms(model)) layer.frozen = epoch >= freezeBatchNorm;
    }
    if (bits !== undefined) await setBits(model, epoch, this.options);
  }

  /** @internal Called by `q.fit` before it goes on from a checkpoint. */
  onResume(epoch: number): Promise<void> {
    return this.onEpochBegin(epoch);
  }

  private get prepared(): tf.LayersModel {
    return this.model as tf.LayersModel;
  }
}
