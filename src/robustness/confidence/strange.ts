import seedrandom from "seedrandom";
import { checkCount, checkOptions, checkSeed } from "../../arguments/index.js";
import { Dataset } from "../../datasets/index.js";
import { tf } from "../../tensorflow/index.js";
import { checkImages } from "../shift/corrupt.js";

/** Options of {@link noiseImages} and {@link strokeLetters}. */
export interface StrangeOptions {
  /** How many images are made. Default: as many as the data have. */
  size?: number;
  /** An integer or a text that decides them. Default 0. */
  seed?: number | string;
}

/**
 * Images of independent values from 0 to 1, of the shape of other images.
 *
 * @param like images whose shape and number of classes are taken over
 * @throws TypeError or RangeError if `like` isn't a data set of images
 * @example
 * q.robustness.noiseImages(test, { size: 100 }).xs.shape; // [ 100, 8, 8, 1 ]
 */
export function noiseImages(like: Dataset, options: StrangeOptions = {}): Dataset {
  checkOptions<StrangeOptions>("q.robustness.noiseImages", options, { size: true, seed: true });
  return made(like, options, "noise", (random) => () => random());
}

/** Letters as strokes between points of a grid of 3 × 5, from 0 to 1: x to the right, y down. */
const letters: Readonly<Record<string, readonly (readonly [number, number])[][]>> = {
  A: [
    [
      [0, 1],
      [0.5, 0],
      [1, 1],
    ],
    [
      [0.2, 0.6],
      [0.8, 0.6],
    ],
  ],
  E: [
    [
      [1, 0],
      [0, 0],
      [0, 1],
      [1, 1],
    ],
    [
      [0, 0.5],
      [0.7, 0.5],
    ],
  ],
  F: [
    [
      [1, 0],
      [0, 0],
      [0, 1],
    ],
    [
      [0, 0.5],
      [0.7, 0.5],
    ],
  ],
  H: [
    [
      [0, 0],
      [0, 1],
    ],
    [
      [1, 0],
      [1, 1],
    ],
    [
      [0, 0.5],
      [1, 0.5],
    ],
  ],
  K: [
    [
      [0, 0],
      [0, 1],
    ],
    [
      [1, 0],
      [0, 0.5],
      [1, 1],
    ],
  ],
  M: [
    [
      [0, 1],
      [0, 0],
      [0.5, 0.6],
      [1, 0],
      [1, 1],
    ],
  ],
  N: [
    [
      [0, 1],
      [0, 0],
      [1, 1],
      [1, 0],
    ],
  ],
  T: [
    [
      [0, 0],
      [1, 0],
    ],
    [
      [0.5, 0],
      [0.5, 1],
    ],
  ],
  V: [
    [
      [0, 0],
      [0.5, 1],
      [1, 0],
    ],
  ],
  W: [
    [
      [0, 0],
      [0.25, 1],
      [0.5, 0.4],
      [0.75, 1],
      [1, 0],
    ],
  ],
  X: [
    [
      [0, 0],
      [1, 1],
    ],
    [
      [1, 0],
      [0, 1],
    ],
  ],
  Y: [
    [
      [0, 0],
      [0.5, 0.5],
      [1, 0],
    ],
    [
      [0.5, 0.5],
      [0.5, 1],
    ],
  ],
};

/**
 * Capital letters drawn with strokes, as a pen would: bent, slanted and placed a little otherwise each time, of the shape of
 * other images. None of the letters (A, E, F, H, K, M, N, T, V, W, X, Y) is drawn as a digit is.
 *
 * @param like images whose shape and number of classes are taken over
 * @throws TypeError or RangeError if `like` isn't a data set of images
 * @example
 * q.robustness.strokeLetters(test, { size: 24 }).size; // 24
 */
export function strokeLetters(like: Dataset, options: StrangeOptions = {}): Dataset {
  checkOptions<StrangeOptions>("q.robustness.strokeLetters", options, { size: true, seed: true });
  const names = Object.keys(letters);
  return made(like, options, "letters made of strokes", (random, i) => {
    const around = (size: number) => size * (2 * random() - 1);
    const [scale, slant, right, down] = [
      0.62 + around(0.08),
      around(0.2),
      around(0.08),
      around(0.06),
    ];
    const width = 0.075 + around(0.015);
    const strokes = letters[names[i % names.length]!]!.map((points) =>
      points.map(([x, y]) => {
        const [bentX, bentY] = [x - 0.5 + around(0.05), y - 0.5 + around(0.05)];
        return [
          0.5 + right + scale * (0.75 * bentX - slant * bentY),
          0.5 + down + scale * 1.15 * bentY,
        ] as const;
      }),
    );
    return (y, x) => Math.max(0, Math.min(1, 1.5 - distance(strokes, x, y) / width));
  });
}

/** How far a place is from the nearest stroke. */
function distance(
  strokes: readonly (readonly (readonly [number, number])[])[],
  x: number,
  y: number,
) {
  let least = Number.POSITIVE_INFINITY;
  for (const points of strokes) {
    for (let i = 1; i < points.length; i++) {
      const [[ax, ay], [bx, by]] = [points[i - 1]!, points[i]!];
      const [dx, dy] = [bx - ax, by - ay];
      const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
      const t = Math.min(1, Math.max(0, along));
      least = Math.min(least, Math.hypot(x - ax - t * dx, y - ay - t * dy));
    }
  }
  return least;
}

/** Images whose values a function of the place computes; rows and columns run from 0 to 1. */
function made(
  like: Dataset,
  { size, seed = 0 }: StrangeOptions,
  name: string,
  image: (random: () => number, i: number) => (y: number, x: number) => number,
): Dataset {
  const [height, width, channels] = checkImages(like);
  const count = size ?? like.size;
  checkCount("size", count);
  checkSeed(seed);
  const values = new Float32Array(count * height * width * channels);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const value = image(seedrandom.alea(`${name} ${seed} ${i}`), i);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const grey = value((y + 0.5) / height, (x + 0.5) / width);
        for (let c = 0; c < channels; c++) values[at++] = grey;
      }
    }
  }
  const shape = [count, ...like.xs.shape.slice(1)];
  return new Dataset(tf.tensor(values, shape), tf.zeros([count], "int32"), {
    classes: Math.max(1, like.classes),
    provenance: {
      name,
      source: "made by qatlab",
      licence: "MIT",
      split: `${count} by seed ${seed}`,
    },
  });
}
