import { createEngine, IntegerModel, quantize } from "../integer/index.js";
import { QuantizedLayer } from "../quantized/index.js";
import { tf } from "../tensorflow/index.js";

/** @internal Passes examples through a model once more, and says for each quantizer which share of values it clips. */
export interface ClipProbe {
  /** The layers whose values are quantized. */
  layers: readonly string[];
  /** The shares of clipped values, `[examples][layers]`. */
  rates(inputs: readonly tf.Tensor[]): number[][];
}

/** @internal The probe of a prepared or an integer model; without layers for a float model. */
export function clipProbe(model: tf.LayersModel): ClipProbe {
  return model instanceof IntegerModel ? integerProbe(model) : preparedProbe(model);
}

function preparedProbe(model: tf.LayersModel): ClipProbe {
  const watched = model.layers.flatMap((layer) => {
    if (!(layer instanceof QuantizedLayer)) return [];
    const values = layer.quantizers.filter(({ role }) => role === "activations");
    return values.map((quantizer) => ({
      name: values.length > 1 ? `${layer.name} (${quantizer.name})` : layer.name,
      quantizer,
    }));
  });
  return {
    layers: watched.map(({ name }) => name),
    rates: (inputs) =>
      tf.tidy(() => {
        const size = inputs[0]!.shape[0]!;
        const columns: Float32Array[] = watched.map(() => new Float32Array(size).fill(Number.NaN));
        watched.forEach(({ quantizer }, i) => {
          quantizer.spy = (x) => {
            const { min, max } = quantizer.extent();
            const half = (max - min) / (2 * (quantizer.format.largest - quantizer.format.smallest));
            const out = tf.logicalOr(tf.less(x, min - half), tf.greater(x, max + half));
            columns[i] = out.toFloat().reshape([size, -1]).mean(1).dataSync() as Float32Array;
          };
        });
        try {
          model.predict(inputs.length === 1 ? inputs[0]! : [...inputs], { batchSize: size });
        } finally {
          for (const { quantizer } of watched) quantizer.spy = undefined;
        }
        return Array.from({ length: size }, (_, i) => columns.map((column) => column[i]!)) as never;
      }) as unknown as number[][],
  };
}

/** An integer's code at the end of its range stands for values beyond it; the low end of a ReLU is no clipping. */
function integerProbe({ program }: IntegerModel): ClipProbe {
  const engine = createEngine(program);
  const outputs = [...new Set(program.ops.map(({ output }) => output))].filter(
    (tensor) => !program.tensors[tensor]!.codes && program.tensors[tensor]!.zeroPoint.length === 1,
  );
  const ends = outputs.map((tensor) => {
    const { smallest, largest, zeroPoint } = program.tensors[tensor]!;
    return { tensor, largest, smallest: zeroPoint[0] === smallest ? Number.NaN : smallest };
  });
  const layerOf = (tensor: number) => program.ops.find(({ output }) => output === tensor)!.layer;
  return {
    layers: outputs.map(layerOf),
    rates(inputs) {
      const size = inputs[0]!.shape[0]!;
      const codes = program.inputs.map((input, i) =>
        quantize(inputs[i]!.dataSync(), program.tensors[input]!, program.kernel),
      );
      return Array.from({ length: size }, (_, example) => {
        engine.run(
          codes.map((all) =>
            all.subarray((example * all.length) / size, ((example + 1) * all.length) / size),
          ),
        );
        return ends.map(({ tensor, smallest, largest }) => {
          const values = engine.codes(tensor);
          let clipped = 0;
          for (const code of values) if (code === largest || code === smallest) clipped++;
          return clipped / values.length;
        });
      });
    },
  };
}
