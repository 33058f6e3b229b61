/** The record of one tensor of a layer: the values that calibration saw, and the range that it found. */
export interface CalibrationRecord {
  /** The name of the layer. */
  layer: string;
  /** The tensor: a weight's name, `"output"`, or a value inside the layer. */
  tensor: string;
  /** The smallest and the largest value. */
  smallest: number;
  largest: number;
  /** The ends of the range that was found, over all channels. */
  min: number;
  max: number;
  /** The share of values that are 0, in percent. */
  zeros: number;
  /** The share of values that the range clips, in percent. */
  clipped: number;
  /** How many channels there are: output channels of a weight, entries of the last axis of activations. */
  channels: number;
  /** How many channels were always 0. */
  dead: number;
  /** A note where something stands out, else empty. */
  note: string;
}

/** @internal The notes that calibration warns of. */
export const notes = {
  /** The note of weights that are all 0. */
  zero: "always 0",
  float: "always 0, stays in float",
  opens: "always 0, opens in training",
  stretched: "stretched by rare values",
  clipped: "clipped",
} as const;
