import { kindOf } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";
import { StepCallback } from "./stepCallback.js";

type CallbackList = InstanceType<typeof tf.CallbackList>;
type Listed = NonNullable<ConstructorParameters<typeof tf.CallbackList>[0]>[number];

/** The numbers that a callback is told, by tfjs's names. */
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
  /** Called every 125 ms or so. */
  onYield?: (epoch: number, batch: number, logs: Logs) => unknown;
  /**
   * Called before a training of `q.fit` goes on from a checkpoint, with the epoch that began last, from 0. A
   * callback that follows the epochs returns to its state at that epoch; weights are put back afterwards.
   */
  onResume?: (epoch: number) => unknown;
}

/** A callback of one of tfjs's classes, as `q.tf.callbacks.earlyStopping` makes it. */
export type CallbackObject = Pick<Listed, "setModel" | "setParams">;

/** The `callbacks` that `model.fit` takes: one or several, functions or callbacks of tfjs's classes. */
export type Callbacks = CallbackObject | CallbackFunctions | (CallbackObject | CallbackFunctions)[];

const hooks = [
  ...["Train", "Epoch", "Batch"].flatMap((of) => [`on${of}Begin`, `on${of}End`]),
  "onYield",
  "onResume",
];

/** @internal */
export interface CallbackRunner {
  list: CallbackList;
  /**
   * Whether any callback does something at a batch: the results of a batch are read back for such callbacks
   * only.
   */
  readsBatches: boolean;
  /** The callbacks that take part in each step. */
  parts: StepCallback[];
  /** Tells callbacks with `onResume` that a training goes on, after the beginning of an epoch, from 0. */
  resume(epoch: number): Promise<void>;
}

/**
 * @internal
 * tfjs's list of callbacks, which calls them in order and waits for each.
 *
 * @param params the parameters that tfjs tells callbacks beforehand
 * @throws TypeError if `callbacks` has something that isn't a callback
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
  const listed = [callbacks ?? []].flat() as Pick<CallbackFunctions, "onResume">[];
  return {
    list,
    readsBatches: objects.some(readsBatches),
    parts,
    async resume(epoch) {
      for (const callback of listed) await callback.onResume?.(epoch);
    },
  };
}

function toObject(callback: CallbackObject | CallbackFunctions): Listed {
  const functions = Object(callback) as Record<string, unknown>;
  if (typeof functions.setModel === "function") return callback as Listed;
  const unknown = Object.keys(functions).find(
    (key) => /^on[A-Z]/.test(key) && !hooks.includes(key),
  );
  const named = hooks.filter((hook) => functions[hook] !== undefined && functions[hook] !== null);
  const wrong = named.find((hook) => typeof functions[hook] !== "function");
  if (unknown || wrong || named.length === 0) {
    const problem = wrong ? `${wrong} is no function` : (unknown ?? kindOf(callback));
    throw new TypeError(
      `invalid callbacks: ${problem} (expected ${hooks.join(", ")}, as in { onEpochEnd: (epoch, logs) => console.log(logs.loss) }, or a callback of tfjs's, as in q.tf.callbacks.earlyStopping())`,
    );
  }
  return new tf.CustomCallback(callback as never);
}

/** Whether a callback does anything at a batch; for other callbacks no results of a batch are read. */
function readsBatches(callback: Listed): boolean {
  if (callback instanceof tf.CustomCallback) {
    const { batchBegin, batchEnd, yield: onYield } = callback as unknown as Record<string, unknown>;
    return [batchBegin, batchEnd, onYield].some((hook) => typeof hook === "function");
  }
  const base = callback instanceof StepCallback ? StepCallback : tf.Callback;
  const { onBatchBegin, onBatchEnd } = base.prototype;
  return callback.onBatchBegin !== onBatchBegin || callback.onBatchEnd !== onBatchEnd;
}
