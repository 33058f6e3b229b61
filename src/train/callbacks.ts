import { kindOf } from "../models/check.js";
import { tf } from "../tensorflow/index.js";
import { StepCallback } from "./stepCallback.js";

type CallbackList = InstanceType<typeof tf.CallbackList>;
type Listed = NonNullable<ConstructorParameters<typeof tf.CallbackList>[0]>[number];

/** What a callback is told, by tfjs's names. */
type Logs = Record<string, number>;

/**
 * A callback as a record of functions; each may be asynchronous. Epochs and batches count from 0.
 * `logs` has tfjs's names: `loss`, `acc` and so on, after an epoch `val_loss` and `val_acc` too, after
 * a batch `batch` and `size`.
 */
export interface CallbackFunctions {
  onTrainBegin?: (logs: Logs) => unknown;
  onTrainEnd?: (logs: Logs) => unknown;
  onEpochBegin?: (epoch: number, logs: Logs) => unknown;
  onEpochEnd?: (epoch: number, logs: Logs) => unknown;
  onBatchBegin?: (batch: number, logs: Logs) => unknown;
  onBatchEnd?: (batch: number, logs: Logs) => unknown;
  /** Every 125 ms or so. */
  onYield?: (epoch: number, batch: number, logs: Logs) => unknown;
  /**
   * Before a training of `q.fit` goes on from a checkpoint: the epoch that began last, from 0. What follows
   * the epochs gets back to where it was; weights are put back afterwards.
   */
  onResume?: (epoch: number) => unknown;
}

/** A callback of one of tfjs's classes, as `q.tf.callbacks.earlyStopping` makes it. */
export type CallbackObject = Pick<Listed, "setModel" | "setParams">;

/** What `model.fit` takes as `callbacks`: one or several, functions or callbacks of tfjs's classes. */
export type Callbacks = CallbackObject | CallbackFunctions | (CallbackObject | CallbackFunctions)[];

const hooks = [
  ...["Train", "Epoch", "Batch"].flatMap((of) => [`on${of}Begin`, `on${of}End`]),
  "onYield",
  "onResume",
];

/** @internal */
export interface CallbackRunner {
  list: CallbackList;
  /** Whether any of them does something at a batch: what it measured is read back for them only. */
  readsBatches: boolean;
  /** Those that take part in each step. */
  parts: StepCallback[];
  /** Tells those that want to know that a training goes on, after the beginning of an epoch, from 0. */
  resume(epoch: number): Promise<void>;
}

/**
 * @internal
 * tfjs's list of callbacks, which calls them in order and waits for each.
 *
 * @param params what tfjs tells them beforehand
 * @throws TypeError for what isn't a callback
 */
export function listCallbacks(
  callbacks: Callbacks | undefined,
  model: tf.LayersModel,
  params: Parameters<CallbackList["setParams"]>[0],
): CallbackRunner {
  const objects = [callbacks ?? []].flat().map(toObject);
  const list = new tf.CallbackList(objects);
  list.setParams(params);
  list.setModel(model);
  const parts = objects.filter((object) => object instanceof StepCallback);
  const given = [callbacks ?? []].flat() as Pick<CallbackFunctions, "onResume">[];
  return {
    list,
    readsBatches: objects.some(readsBatches),
    parts,
    async resume(epoch) {
      for (const callback of given) await callback.onResume?.(epoch);
    },
  };
}

function toObject(callback: CallbackObject | CallbackFunctions): Listed {
  const given = Object(callback) as Record<string, unknown>;
  if (typeof given.setModel === "function") return callback as Listed;
  const unknown = Object.keys(given).find((key) => /^on[A-Z]/.test(key) && !hooks.includes(key));
  const named = hooks.filter((hook) => given[hook] !== undefined && given[hook] !== null);
  const wrong = named.find((hook) => typeof given[hook] !== "function");
  if (unknown || wrong || named.length === 0) {
    const what = wrong ? `${wrong} is no function` : (unknown ?? kindOf(callback));
    throw new TypeError(
      `invalid callbacks: ${what} (expected ${hooks.join(", ")}, as in { onEpochEnd: (epoch, logs) => console.log(logs.loss) }, or a callback of tfjs's, as in q.tf.callbacks.earlyStopping())`,
    );
  }
  return new tf.CustomCallback(callback as never);
}

/** Whether a callback does anything at a batch; for the others nothing has to be read from it. */
function readsBatches(callback: Listed): boolean {
  if (callback instanceof tf.CustomCallback) {
    const { batchBegin, batchEnd, yield: onYield } = callback as unknown as Record<string, unknown>;
    return [batchBegin, batchEnd, onYield].some((hook) => typeof hook === "function");
  }
  const base = callback instanceof StepCallback ? StepCallback : tf.Callback;
  const { onBatchBegin, onBatchEnd } = base.prototype;
  return callback.onBatchBegin !== onBatchBegin || callback.onBatchEnd !== onBatchEnd;
}
