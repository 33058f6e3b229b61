import { Dataset } from "../../datasets/index.js";
import type { tf } from "../../tensorflow/index.js";
import { classified, type TrainingData } from "../../train/index.js";
import { type Group, type GroupBy, groupsOf } from "./grouping.js";

/** @internal The examples of classified data in groups. @throws TypeError or RangeError as {@link groupsOf} */
export function groupedExamples(model: tf.LayersModel, data: TrainingData, by: GroupBy): Group[] {
  const { inputs, labels } = classified(model, data, "data");
  const xs = inputs[0]!;
  return groupsOf(
    {
      values: xs.dataSync() as Float32Array,
      shape: xs.shape.slice(1),
      labels,
      classes: model.outputs[0]!.shape[1]!,
      names: data instanceof Dataset ? data.labels : undefined,
    },
    by,
  );
}
