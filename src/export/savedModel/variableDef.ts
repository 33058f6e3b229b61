/**
 * @internal
 * Writes a variable as Python's collections keep it, as a `VariableDef` message of
 * tensorflow/core/framework/variable.proto, which tfjs-node's messages don't have.
 */
export function variableDef({
  variable,
  initializer,
  snapshot,
  trainable,
}: {
  /** The name of the handle's tensor. */
  variable: string;
  /** The name of the op that assigns the first value. */
  initializer: string;
  /** The name of the tensor of the value. */
  snapshot: string;
  trainable: boolean;
}): Uint8Array {
  return Uint8Array.from([
    ...text(1, variable),
    ...text(2, initializer),
    ...text(3, snapshot),
    ...flag(5, true), // is_resource
    ...flag(7, trainable),
  ]);
}

/** A field of length-delimited type: its key, the length, the bytes. */
function text(field: number, value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [field * 8 + 2, ...varint(bytes.length), ...bytes];
}

function flag(field: number, value: boolean): number[] {
  return [field * 8, value ? 1 : 0];
}

/** The bytes of a number, seven bits in each, the lowest first; the eighth bit says that more bytes follow. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
