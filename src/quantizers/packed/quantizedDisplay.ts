import { bytes, type MimeBundle, shortNumber, table } from "../../display/index.js";
import type { QuantizedTensor } from "./quantizedTensor.js";

/** How many codes are shown. */
const shown = 8;

/** @internal A quantized tensor as its format, shape and size, and its first codes beside values. */
export function describeQuantized(tensor: QuantizedTensor): MimeBundle {
  const { format, shape, length, scale, size } = tensor;
  const codes = tensor.codes();
  const values = tensor.dequantize();
  const [firstCodes, firstValues] = [codes, values].map((t) => t.dataSync().slice(0, shown));
  codes.dispose();
  values.dispose();
  // The bits as they are stored: negative codes in two's complement, a binary −1 as 0.
  const bits = (code: number) => (format.kind === "binary" ? (code + 1) / 2 : code);
  const rows = Array.from(firstCodes!, (code, i) => [
    String(i),
    (bits(code) & (2 ** format.bits - 1)).toString(2).padStart(format.bits, "0"),
    shortNumber(code),
    shortNumber(firstValues![i]!),
  ]);
  const scales = scale.length === 1 ? `scale ${shortNumber(scale[0]!)}` : `${scale.length} scales`;
  const share = length > 0 ? `, ${shortNumber((8 * size) / length)} bits a value` : "";
  return table(
    [
      { name: "index", align: "right" },
      { name: "bits", align: "right" },
      { name: "code", align: "right" },
      { name: "value", align: "right" },
    ],
    length > shown ? [...rows, null] : rows,
    {
      caption: `${format} [${shape.join(", ")}]: ${bytes(size)} (float32: ${bytes(4 * length)})${share}, ${scales}`,
    },
  );
}
