import { checkChoice, checkInteger, type OptionNames } from "../../arguments/index.js";
import { tf } from "../../tensorflow/index.js";

/**
 * The values that share one scale: the whole tensor; each output channel of a kernel (its last axis); each
 * group of `groupSize` values that follow each other along an axis; or each token, that is all values that
 * differ in the last axis only.
 */
export type Granularity = "tensor" | "channel" | "group" | "token";

/** Which values share a scale in a format. */
export interface Sharing {
  /** Which values share a scale; `undefined` if nothing is scaled. */
  readonly per: Granularity | undefined;
  /** How many values a group has. */
  readonly groupSize?: number;
  /** The axis along which groups run, from the end: −2, a kernel's inputs, or −1. */
  readonly axis?: -1 | -2;
}

/** Options of formats that are scaled. */
export interface SharingOptions<P extends Granularity = Granularity> {
  /** Which values share a scale. */
  per?: P;
  /** With `per: "group"`: how many values share a scale; a divisor of the axis' length. */
  groupSize?: number;
  /**
   * With `per: "group"`: the axis along which groups run. Default −2, the input axis of a kernel
   * `[…, inputs, outputs]`; −1 for activations. A vector has one axis only.
   */
  axis?: -1 | -2;
}

/** @internal */
export const sharingOptions: OptionNames<SharingOptions> = {
  per: true,
  groupSize: true,
  axis: true,
};

/** @internal The sharing that options ask for. `call` is the format's call without its options. */
export function sharing(
  { per, groupSize, axis }: SharingOptions,
  call: string,
  allowed: readonly Granularity[] = ["tensor", "channel", "group", "token"],
): Sharing {
  const example = (options: string) => `as in q.${call.replace("…", `{ ${options} }`)}`;
  if (per !== undefined) {
    const options = `{ per: "${allowed.at(1) ?? allowed[0]}" }`;
    checkChoice("per", per, allowed, { example: `q.${call.replace("…", options)}` });
  }
  if (per !== "group") {
    if (groupSize === undefined && axis === undefined) return { per };
    throw new TypeError(
      `invalid per: ${per} with groups (expected ${example('per: "group", groupSize: 32')})`,
    );
  }
  const grouped = call.replace("…", '{ per: "group", groupSize: 32 }');
  checkInteger("groupSize", groupSize, { from: 1, example: `q.${grouped}` });
  if (axis !== undefined && axis !== -1 && axis !== -2) {
    throw new RangeError(
      `invalid axis: ${axis} (expected -2, a kernel's inputs, or -1, ${example('per: "group", groupSize: 32, axis: -1')})`,
    );
  }
  return { per, groupSize, axis: axis ?? -2 };
}

/** @internal The sharing in words, as in ` per channel`; empty if one scale, or none, serves all values. */
export function sharingText({ per, groupSize, axis }: Sharing): string {
  if (per === undefined) return "";
  if (per !== "group") return ` per ${per}`;
  return ` per group of ${groupSize}${axis === -1 ? " on the last axis" : ""}`;
}

/** @internal A tensor arranged so that the values that share a scale stand in one column, and the way back. */
export interface Arrangement {
  /** `[values, columns]`, or any shape if all values share one scale. */
  rows: tf.Tensor;
  /** How many scales there are; `undefined` if all values share one, a scalar. */
  columns: number | undefined;
  /** Brings a tensor of the shape of `rows` back to the original shape and order. */
  restore(rows: tf.Tensor): tf.Tensor;
}

/**
 * @internal
 * Arranges a tensor so that the values that share a scale stand in one column.
 *
 * @param scales how many scales a given range has; it decides how many of the last axes together are the
 *   channels
 * @throws RangeError if the groups don't divide the axis, or if the tensor has another number of scales
 */
export function arrange(x: tf.Tensor, sharing: Sharing, scales?: number): Arrangement {
  const { per } = sharing;
  const blocks = blocksOf(x, sharing);
  if (blocks) {
    checkCount(scales, blocks, x, per!);
    return inColumns(x, blocks);
  }
  if (scales === undefined && per !== "channel") {
    return { rows: x, columns: undefined, restore: (rows) => rows };
  }
  const columns = channelsOf(x, scales ?? x.shape.at(-1) ?? 1);
  return { rows: x.reshape([-1, columns]), columns, restore: (rows) => rows.reshape(x.shape) };
}

/** @internal The lengths of a tensor seen as `[before, size, after]`: `size` values `after` apart share a scale. */
export type Blocks = [before: number, size: number, after: number];

/**
 * @internal
 * How the values that share a scale lie in memory; `undefined` where they are those of a channel, or all.
 *
 * @throws RangeError if the groups don't divide the axis
 */
export function blocksOf(x: tf.Tensor, { per, ...group }: Sharing): Blocks | undefined {
  if (per === "token") {
    const width = x.shape.at(-1) ?? 1;
    return [x.size / width || 0, width, 1];
  }
  if (per !== "group") return undefined;
  const { groupSize, axis } = group as Required<Sharing>;
  const at = Math.max(0, x.rank + axis);
  const length = x.shape[at] ?? 1;
  if (length % groupSize !== 0) {
    throw new RangeError(
      `invalid groupSize: ${groupSize} for axis ${axis} of shape [${x.shape}] (expected a divisor of ${length})`,
    );
  }
  const product = (shape: number[]) => shape.reduce((size, length) => size * length, 1);
  const before = product(x.shape.slice(0, at)) * (length / groupSize);
  return [before, groupSize, product(x.shape.slice(at + 1))];
}

/** `[before, size, after]` becomes `[size, before · after]`. */
function inColumns(x: tf.Tensor, [before, size, after]: Blocks): Arrangement {
  const columns = before * after;
  return {
    rows: tf.transpose(x.reshape([before, size, after]), [1, 0, 2]).reshape([size, columns]),
    columns,
    restore: (rows) =>
      tf.transpose(rows.reshape([size, before, after]), [1, 0, 2]).reshape(x.shape),
  };
}

/** @internal @throws RangeError if a range has another number of scales than the tensor has blocks. */
export function checkCount(
  scales: number | undefined,
  [before, , after]: Blocks,
  x: tf.Tensor,
  per: Granularity,
): void {
  const columns = before * after;
  if (scales === undefined || scales === columns) return;
  throw new RangeError(
    `invalid range: ${scales} for a tensor of shape [${x.shape}], which has ${columns} ${per}s (expected one for each)`,
  );
}

/** The channels are the last axis, or the last axes together, as in a depthwise kernel. */
function channelsOf(x: tf.Tensor, channels: number): number {
  if (x.rank === 0 && channels === 1) return 1;
  for (let product = 1, axis = x.rank - 1; axis >= 0; axis--) {
    product *= x.shape[axis]!;
    if (product === channels) return channels;
  }
  throw new RangeError(
    `invalid range: ${channels} channels for a tensor of shape [${x.shape}] (expected as many as its last axis has)`,
  );
}
