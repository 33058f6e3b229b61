import type { TensorRole } from "../../estimators/index.js";
import { QuantizedLayer } from "../../quantized/index.js";
import type { IntegerFormat } from "../../quantizers/index.js";
import type { Operation, tf } from "../../tensorflow/index.js";
import { allLayers } from "./forward.js";
import type { Rewriting } from "./rewrite/rewriting.js";

/**
 * @internal
 * Checks whether Python's converter to TensorFlow Lite keeps the formats of a quantized model.
 *
 * @throws TypeError if it doesn't (the message names the layer)
 */
export function checkConvertible(model: tf.LayersModel): void {
  for (const layer of allLayers(model)) {
    if (!(layer instanceof QuantizedLayer)) continue;
    for (const { name, role, format } of layer.quantizers) {
      if (keeps(role, format)) continue;
      const expected = role === "weights" ? 'q.int(8, { per: "channel" })' : "q.uint(8)";
      throw new TypeError(
        `invalid format of ${name} in layer "${layer.name}" for TFLiteConverter: ${format} (expected 8 bits, as in ${expected})`,
      );
    }
  }
}

/** The converter gives all widths the codes of 8 bits, and its kernels take no zero point of weights but 0. */
function keeps(role: TensorRole, { bits, per, rounding, symmetric }: IntegerFormat): boolean {
  const shared = per === "tensor" || (per === "channel" && role === "weights");
  return bits === 8 && shared && rounding === "halfUp" && (symmetric || role === "activations");
}

/**
 * @internal
 * Checks whether the converter has a form for the ops.
 *
 * @throws TypeError if it doesn't (the message names the layer)
 */
export function checkConvertibleOps(ops: Rewriting): void {
  const refuse = (operation: Operation, why: string) => {
    throw new TypeError(`TFLiteConverter can't take layer "${ops.layerOf(operation)}": ${why}`);
  };
  for (const erf of ops.ops("Erf")) {
    refuse(erf, 'TensorFlow Lite has no Erf (expected another activation, as in "gelu_new")');
  }
  for (const transpose of ops.ops("Transpose")) {
    if (ops.makerOf(transpose.inputs[0]!, "FakeQuantWithMinMaxVarsPerChannel")) {
      refuse(transpose, "its kernel has a scale for each channel (expected one, as in q.int(8))");
    }
  }
}
