import { checkCount, checkOptions } from "../arguments/index.js";
import { extent } from "../statistics/index.js";
import { Figure } from "./figure.js";
import { checkLengths, checkList, type Numbers } from "./trace.js";

/** Options of {@link images}. */
export interface ImagesOptions {
  /** The shape of an image: height, width, and channels if there are several. */
  shape: readonly number[];
  /** A line under each image. Default: no words. */
  captions?: readonly string[];
  title?: string;
  /** How many images stand in a row. Default 8. */
  columns?: number;
  /** The values of black and white. Default: the smallest and the largest value. */
  range?: [number, number];
  /** The text alternative. Default: the title and the captions. */
  alt?: string;
}

/** The most images of a figure, since each value is written into the file. */
const most = 64;

/**
 * Small images side by side, as a figure: one value a pixel, in grey. An image in
 * colour is shown by the mean of its channels.
 *
 * @param values a list of values for each image, in the order height, width, channels
 * @throws RangeError if an image has another number of values than its shape says, or if there are more than 64 images
 * @example
 * const digit = Array.from(test.xs.slice(0, 1).dataSync());
 * q.plot.images([digit], { shape: [8, 8], captions: ["a digit"] }).alt; // "1 image of 8 × 8: a digit"
 */
export function images(values: readonly Numbers[], options: ImagesOptions): Figure {
  checkOptions<ImagesOptions>("q.plot.images", options, {
    shape: true,
    captions: true,
    title: true,
    columns: true,
    range: true,
    alt: true,
  });
  const { shape, captions = [], title, columns = 8 } = options ?? {};
  checkList(values);
  checkCount("number of images", values.length, { most });
  checkCount("columns", columns);
  const [height = 1, width = 1, channels = 1] = shape ?? [];
  for (const image of values) {
    checkLengths({ values: image, "pixels of the shape": { length: height * width * channels } });
  }
  if (captions.length > 0) checkLengths({ images: values, captions });
  const [black, white] = options.range ?? endsOf(values);
  // Whole hundredths of the range are short in a file, where each value has a line.
  const shade = (value: number) => Math.round((100 * (value - black)) / (white - black || 1));
  const wide = Math.min(columns, values.length);
  const high = Math.ceil(values.length / wide);
  const gap = Math.max(1, Math.round(height / 8));
  const under = captions.length > 0 ? Math.max(2, Math.round(height / 4)) : gap;
  const [stepX, stepY] = [width + gap, height + under];
  const z = Array.from({ length: high * stepY }, () =>
    new Array<number>(wide * stepX).fill(Number.NaN),
  );
  values.forEach((image, i) => {
    const [left, top] = [(i % wide) * stepX, Math.floor(i / wide) * stepY];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        z[top + y]![left + x] = shade(grey(image, (y * width + x) * channels, channels));
      }
    }
  });
  const words = captions.filter(Boolean).join(", ");
  const count = `${values.length} image${values.length === 1 ? "" : "s"} of ${height} × ${width}`;
  const bare = { visible: false, constrain: "domain" };
  const pixel = Math.min(12, 620 / (wide * stepX));
  return new Figure({
    title,
    alt: options.alt ?? `${title ? `${title}. ` : ""}${count}${words ? `: ${words}` : ""}`,
    data: [
      {
        type: "heatmap",
        z,
        colorscale: "Greys",
        reversescale: false,
        showscale: false,
        hoverinfo: "skip",
        zmin: 0,
        zmax: 100,
      },
    ],
    layout: {
      height: Math.round(high * stepY * pixel) + (title ? 60 : 20),
      margin: { l: 8, r: 8, t: title ? 44 : 8, b: 8 },
      xaxis: bare,
      yaxis: { ...bare, autorange: "reversed", scaleanchor: "x" },
      annotations: captions.map((text, i) => ({
        text,
        x: (i % wide) * stepX + (width - 1) / 2,
        y: Math.floor(i / wide) * stepY + height - 0.5,
        yanchor: "top",
        showarrow: false,
        font: { size: 11 },
      })),
    },
  });
}

/** The smallest and the largest value of all images. */
function endsOf(values: readonly Numbers[]): [number, number] {
  const { min, max } = extent(values.flatMap((image) => Array.from(image)));
  return [min, max];
}

function grey(image: Numbers, start: number, channels: number): number {
  let sum = 0;
  for (let c = 0; c < channels; c++) sum += image[start + c]!;
  return sum / channels;
}
