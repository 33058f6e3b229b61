import { nodeBackend } from "../loading/nodeBackend.js";
import { tf } from "../tf.js";

/** @internal A small floating-point format, or with 0 bits of exponent whole numbers of 64ths from −127 to 127. */
export interface MinifloatAttributes {
  exponentBits: number;
  mantissaBits: number;
  bias: number;
  specials: "none" | "nan" | "ieee";
  saturate: boolean;
}

const codesOfSpecials = { none: 0, nan: 1, ieee: 2 };

/**
 * @internal
 * Rounds x, `[before, size, after]`, to the numbers of a format times scales, halves to even, in one pass
 * (native/minifloat.cc); NaN stays NaN.
 *
 * @param scales `[before, after]`; without them each block's largest value decides a power of two, as in MX formats
 */
export function minifloatKernel(
  x: tf.Tensor,
  scales: tf.Tensor | undefined,
  { exponentBits, mantissaBits, bias, specials, saturate }: MinifloatAttributes,
): tf.Tensor {
  const backend = nodeBackend();
  const { TF_ATTR_INT, TF_ATTR_BOOL } = backend.binding;
  const attributes = [
    { name: "exponent_bits", type: TF_ATTR_INT, value: exponentBits },
    { name: "mantissa_bits", type: TF_ATTR_INT, value: mantissaBits },
    { name: "bias", type: TF_ATTR_INT, value: bias },
    { name: "specials", type: TF_ATTR_INT, value: codesOfSpecials[specials] },
    { name: "saturate", type: TF_ATTR_BOOL, value: saturate },
    { name: "blocks", type: TF_ATTR_BOOL, value: scales === undefined },
  ];
  return backend.executeSingleOutput("QatlabMinifloat", attributes, [x, scales ?? tf.fill([0], 0)]);
}
