import { createEngine, IntegerModel, quantize } from "../integer/index.js";
import { QuantizedLayer, type TensorQuantizer } from "../quantized/index.js";
import { compile, tf } from "../tensorflow/index.js";

/** @internal Passes examples through a model once more, and says for each quantizer which share of values it clips. */
export interface ClipProbe {
  /** The layers whose values are quantized. */
  layers: readonly string[];
  /** The shares of clipped values, `[examples][layers]`. */
  rates(inputs: readonly tf.Tensor[]): number[][];
}

/** How many examples of a stream pass at once. */
const together = 4;

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
  const layers = watched.map(({ name }) => name);
  /** The shares of clipped values, `[layers, examples]`; a layer that the model doesn't pass has NaN. */
  const shares = (...inputs: tf.Tensor[]): tf.Tensor => {
    const size = inputs[0]!.shape[0]!;
    const found: tf.Tensor[] = watched.map(() => tf.fill([size], Number.NaN));
    watched.forEach(({ quantizer }, i) => {
      quantizer.spy = (x) => {
        // (A layer's own tidy would free it.)
        found[i] = tf.keep(tf.tidy(() => clippedBy(quantizer, x).reshape([size, -1]).mean(1)));
      };
    });
    try {
      model.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: false });
    } finally {
      for (const { quantizer } of watched) quantizer.spy = undefined;
    }
    const all = tf.stack(found);
    tf.dispose(found);
    return all;
  };
  // A stream's few examples pass in native calls of two sizes, where the model can be a graph.
  let graph: typeof shares = compile(shares);
  const few = (inputs: readonly tf.Tensor[]): tf.Tensor => {
    const size = inputs[0]!.shape[0]!;
    if (size > together) {
      const parts = [0, together].map((start, i) =>
        few(inputs.map((input) => input.slice(start, i === 0 ? together : size - together))),
      );
      return tf.concat(parts, 1);
    }
    const fits = size === 1 || size === together;
    try {
      if (fits) return graph(...inputs);
      return graph(...inputs.map((input) => filled(input, together))).slice([0, 0], [-1, size]);
    } catch {
      graph = shares;
      return graph(...inputs);
    }
  };
  return {
    layers,
    rates: (inputs) =>
      tf.tidy(() => {
        const size = inputs[0]!.shape[0]!;
        const values = (size <= 8 * together ? few(inputs) : shares(...inputs)).dataSync();
        return Array.from({ length: size }, (_, i) =>
          layers.map((_, layer) => values[layer * size + i]!),
        ) as never;
      }) as unknown as number[][],
  };
}

/** Examples, with the first one again until there are so many. */
function filled(input: tf.Tensor, count: number): tf.Tensor {
  const rows = Array.from({ length: count }, (_, i) => (i < input.shape[0]! ? i : 0));
  return tf.gather(input, tf.tensor1d(rows, "int32"));
}

/** 1 for each value that lies more than half a step outside of a quantizer's range, 0 for the others. */
function clippedBy(quantizer: TensorQuantizer, x: tf.Tensor): tf.Tensor {
  const { min, max } = quantizer.grid();
  const [low, high] = [tf.min(min), tf.max(max)];
  const { smallest, largest } = quantizer.format;
  const half = tf.div(tf.sub(high, low), 2 * (largest - smallest));
  const within = tf.minimum(tf.maximum(x, tf.sub(low, half)), tf.add(high, half));
  return tf.notEqual(x, within).toFloat();
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
          for (let i = 0; i < values.length; i++) {
            if (values[i] === largest || values[i] === smallest) clipped++;
          }
          return clipped / values.length;
        });
      });
    },
  };
}
