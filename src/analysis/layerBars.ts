import { type AxisOptions, Figure, type Trace } from "../plot/index.js";

/**
 * @internal
 * A figure of horizontal bars for layers, so that long names and many layers have room. The first layer is on top.
 *
 * @param data vertical bars, as `plot.bars` makes them
 */
export function layerBars({
  title,
  data,
  value,
}: {
  title: string;
  data: Trace[];
  value: AxisOptions;
}): Figure {
  const names = [...new Set(data.flatMap(({ x }) => x as string[]))];
  const horizontal = data.map(({ x, y, error_y, ...bars }) => ({
    ...bars,
    orientation: "h",
    x: y,
    y: x,
    ...(error_y !== undefined && { error_x: error_y }),
  }));
  const longest = Math.max(...names.map((name) => name.length));
  return new Figure({
    title,
    data: horizontal,
    x: value,
    layout: {
      margin: { l: Math.min(220, 20 + 7.5 * longest) },
      height: Math.max(240, 130 + names.length * (14 + 12 * data.length)),
      yaxis: {
        type: "category",
        categoryorder: "array",
        categoryarray: names,
        autorange: "reversed",
        showgrid: false,
        automargin: true,
      },
    },
  });
}
