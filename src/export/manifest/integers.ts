import { IntegerLayer, type IntegerProgram } from "../../integer/index.js";
import { QuantizedLayer } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { Manifest } from "./form.js";

/** @internal The integers of a model from {@link convert}, also of one out of a file; `undefined` for other models. */
export function programIn(model: tf.LayersModel): IntegerProgram | undefined {
  return model.layers.find((layer) => layer instanceof IntegerLayer)?.program;
}

/** @internal The formats of a prepared model's layers, or the types of an integer model's ops. */
export function schemeOf(model: tf.LayersModel): Manifest["scheme"] {
  const program = programIn(model);
  if (program) return typesIn(program);
  const quantized = model.layers.filter((layer) => layer instanceof QuantizedLayer);
  const formats = quantized.map(({ name, weightFormat, activationFormat }) => {
    const weights = weightFormat ? String(weightFormat) : null;
    return [name, { weights, activations: activationFormat ? String(activationFormat) : null }];
  });
  return Object.fromEntries(formats);
}

/** The layers' types: those of the first constant that each reads, and of the last tensor that it writes. */
function typesIn({ ops, tensors }: IntegerProgram): Manifest["scheme"] {
  const types: Manifest["scheme"] = {};
  for (const { layer, inputs, output } of ops) {
    const constant = inputs.map((input) => tensors[input]).find((tensor) => tensor?.codes);
    const weights = types[layer]?.weights ?? typeOf(constant);
    types[layer] = { weights, activations: typeOf(tensors[output]) };
  }
  return types;
}

function typeOf(tensor: IntegerProgram["tensors"][number] | undefined): string | null {
  if (!tensor) return null;
  const { type, smallest, largest, scale } = tensor;
  return `${type}, codes ${smallest} to ${largest}${scale.length > 1 ? ", per channel" : ""}`;
}

/** @internal The number of a model's weights, or of an integer model's constants. */
export function parametersOf(model: tf.LayersModel): number {
  const program = programIn(model);
  if (!program) return model.countParams();
  return program.tensors.reduce((sum, { codes }) => sum + (codes?.length ?? 0), 0);
}
