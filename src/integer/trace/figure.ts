import { Figure, heatmap } from "../../plot/index.js";
import type { TracedOp } from "./trace.js";

/** How many channels a picture shows side by side. */
const mostChannels = 8;

/**
 * An op's codes as a picture: the channels of an image side by side, with a gap between them; vectors and steps as
 * rows.
 */
export function codesFigure(title: string, { shape, codes }: TracedOp): Figure {
  const rows = shape.length === 4 ? channelsBesideEachOther(shape, codes) : asRows(shape, codes);
  if (shape.length !== 4) {
    return new Figure({
      title,
      data: [heatmap(rows, { title: "code" })],
      x: "channel",
      y: "position",
    });
  }
  // The columns of the picture aren't those of the image, so that they have no numbers.
  const across = {
    title: { text: "columns, channel beside channel" },
    showticklabels: false,
    ticks: "",
  };
  const layout = { xaxis: across };
  return new Figure({ title, data: [heatmap(rows, { title: "code" })], y: "row", layout });
}

function channelsBesideEachOther(shape: readonly number[], codes: ArrayLike<number>): number[][] {
  const [, height = 1, width = 1, channels = 1] = shape;
  const drawn = Math.min(channels, mostChannels);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: drawn }, (_, c) => [
      ...Array.from({ length: width }, (_, x) => codes[(y * width + x) * channels + c]!),
      ...(c < drawn - 1 ? [Number.NaN] : []),
    ]).flat(),
  );
}

function asRows(shape: readonly number[], codes: ArrayLike<number>): number[][] {
  const width = shape.at(-1)!;
  return Array.from({ length: codes.length / width }, (_, row) =>
    Array.from({ length: width }, (_, i) => codes[row * width + i]!),
  );
}
