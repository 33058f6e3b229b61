import { IntegerModel } from "../integer/index.js";
import { tf } from "../tensorflow/index.js";
import { type Contender, checkShape } from "./contender.js";

/** @internal A model of this process as a contender. */
export function openModel(
  name: string,
  model: tf.LayersModel,
  shape: readonly number[],
): Contender {
  checkShape(`model "${name}"`, model.inputs.length, model.inputs[0]!.shape, shape);
  const call = (values: Float32Array) =>
    tf.tidy(() => {
      const [output] = [model.predict(tf.tensor(values, [1, ...shape]))].flat();
      return output!.dataSync() as Float32Array;
    });
  const integer = model instanceof IntegerModel;
  return {
    name,
    runtime: integer ? `qatlab's integers (${model.kernel})` : "TensorFlow.js",
    threads: 1,
    bytes: integer ? model.bytes : 4 * model.countParams(),
    batch: 1,
    run: async (values) => call(values),
    time: async (values, calls) => {
      const times: number[] = [];
      for (let i = 0; i < calls; i++) {
        const begin = performance.now();
        call(values);
        times.push(performance.now() - begin);
      }
      return times;
    },
    close: async () => undefined,
  };
}
