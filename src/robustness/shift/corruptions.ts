import { blurred, pixelated, rotated, shifted } from "./filters.js";
import { type Image, mapped } from "./image.js";

/** @internal The things that a corruption depends on besides the image. */
export interface Circumstances {
  /** From 1 to 5. */
  severity: number;
  /** The smallest and the largest value. */
  range: readonly [number, number];
  /** A uniform value from 0 to 1. */
  random(): number;
}

/** A normal value (Box and Muller 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The name of a corruption. */
export type CorruptionName =
  | "noise"
  | "blur"
  | "contrast"
  | "brightness"
  | "shift"
  | "rotation"
  | "occlusion"
  | "pixelation";

type Corruption = (image: Image, circumstances: Circumstances) => Image;

/** A parameter for each severity. */
const byMeans =
  (
    strengths: readonly number[],
    corrupt: (image: Image, strength: number, circumstances: Circumstances) => Image,
  ): Corruption =>
  (image, circumstances) =>
    corrupt(image, strengths[circumstances.severity - 1]!, circumstances);

const sideOf = ({ height, width }: Image) => Math.min(height, width);

/**
 * @internal
 * The corruptions by their names, after Hendrycks and Dietterich 2019 (arXiv:1903.12261) and Mu and Gilmer 2019 (MNIST-C,
 * arXiv:1906.02337), with lengths as shares of the image's side, so that they suit images of 8 pixels too. Strengths are
 * shares of the range of values, of the side, or degrees.
 */
export const corruptions = {
  noise: byMeans(
    [0.08, 0.12, 0.18, 0.26, 0.38],
    (image, strength, { range: [low, high], random }) => {
      const values = image.values.map((value) => value + strength * (high - low) * normal(random));
      return { ...image, values };
    },
  ),
  blur: byMeans([0.05, 0.075, 0.1, 0.125, 0.16], (image, strength) =>
    blurred(image, strength * sideOf(image)),
  ),
  contrast: byMeans([0.6, 0.45, 0.3, 0.2, 0.1], (image, strength) => {
    const mean = image.values.reduce((sum, value) => sum + value, 0) / image.values.length;
    return { ...image, values: image.values.map((value) => mean + strength * (value - mean)) };
  }),
  brightness: byMeans([0.1, 0.2, 0.3, 0.4, 0.5], (image, strength, { range: [low, high] }) => ({
    ...image,
    values: image.values.map((value) => value + strength * (high - low)),
  })),
  shift: byMeans([0.06, 0.1, 0.14, 0.19, 0.25], (image, strength, { range, random }) => {
    const [angle, far] = [2 * Math.PI * random(), strength * sideOf(image)];
    return shifted(image, far * Math.sin(angle), far * Math.cos(angle), range[0]);
  }),
  rotation: byMeans([8, 15, 25, 35, 45], (image, degrees, { range, random }) =>
    rotated(image, random() < 0.5 ? -degrees : degrees, range[0]),
  ),
  occlusion: byMeans([0.2, 0.3, 0.4, 0.5, 0.6], (image, strength, { range, random }) => {
    const side = Math.max(1, Math.round(strength * sideOf(image)));
    const top = Math.floor(random() * (image.height - side + 1));
    const left = Math.floor(random() * (image.width - side + 1));
    const covers = (y: number, x: number) =>
      y >= top && y < top + side && x >= left && x < left + side;
    return mapped(image, (y, x, c) =>
      covers(y, x) ? range[0] : image.values[(y * image.width + x) * image.channels + c]!,
    );
  }),
  pixelation: byMeans([0.8, 0.65, 0.5, 0.4, 0.25], (image, strength) => {
    const cells = (side: number) => Math.max(1, Math.round(strength * side));
    return pixelated(image, cells(image.height), cells(image.width));
  }),
} satisfies Record<CorruptionName, Corruption>;

/**
 * The names of the corruptions.
 *
 * @example
 * q.robustness.corruptionNames()[0]; // "noise"
 */
export function corruptionNames(): CorruptionName[] {
  return Object.keys(corruptions) as CorruptionName[];
}
