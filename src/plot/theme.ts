import { checkBits } from "../arguments/index.js";

/** The Okabe–Ito colours (2008), which readers with any colour vision tell apart. */
const okabeIto = {
  orange: "#E69F00",
  skyBlue: "#56B4E9",
  green: "#009E73",
  blue: "#0072B2",
  vermilion: "#D55E00",
  purple: "#CC79A7",
} as const;

/**
 * The grey of text, references and float results; it has enough contrast on white (4.5:1) and on
 * JupyterLab's dark background (4.2:1).
 */
const neutral = "#767676";

/** One colour has one meaning in every figure of the course. */
export const colors = {
  float: neutral,
  ptq: okabeIto.vermilion,
  qat: okabeIto.blue,
  ste: okabeIto.blue,
  lsq: okabeIto.green,
  pact: okabeIto.orange,
  dsq: okabeIto.purple,
  none: "#8C564B",
  clippedste: okabeIto.skyBlue,
  lsqplus: "#44AA99",
  tqt: "#8F7A1F",
  dorefa: okabeIto.vermilion,
  ewgs: "#9467BD",
  stochastic: "#BCBD22",
  noise: "#E377C2",
  pytorchlearnable: "#D81B60",
  minmax: okabeIto.orange,
  mse: okabeIto.vermilion,
  percentile: okabeIto.purple,
  kl: okabeIto.blue,
  aciq: okabeIto.green,
  octav: okabeIto.skyBlue,
  movingaverage: "#8F7A1F",
  sigma: "#8C564B",
  guess: okabeIto.orange,
} as const;

/** A name with a fixed meaning. */
export type Meaning = keyof typeof colors;

/** The colours of names without a fixed meaning in the course. */
const others = [okabeIto.skyBlue, okabeIto.green, okabeIto.orange, okabeIto.purple];

/**
 * The colour of a name: its fixed colour if it has one, else the `order`-th of the free colours.
 *
 * @example
 * q.plot.colorOf("ptq"); // "#D55E00"
 */
export function colorOf(name: Meaning | (string & {}), order = 0): string {
  return fixedColor(name) ?? others[order % others.length]!;
}

/** The colour of a name that has a fixed meaning; `undefined` for all other names. */
export function fixedColor(name: string): string | undefined {
  return colors[name.toLowerCase() as Meaning];
}

/**
 * A sequential scale, dark to bright, from 1 bit to 8 and more bits (samples of Viridis without its bright
 * end).
 */
const bitScale = [
  "#440154",
  "#46327e",
  "#365c8d",
  "#277f8e",
  "#1fa187",
  "#4ac16d",
  "#a0da39",
  "#d0e11c",
];

/**
 * The colour of a width in bits: few bits are dark.
 *
 * @throws RangeError if `bits` is not an integer from 1 to 32
 * @example
 * q.plot.bitColor(2); // "#46327e"
 */
export function bitColor(bits: number): string {
  checkBits(bits, { most: 32 });
  return bitScale[Math.min(bits, bitScale.length) - 1]!;
}

/** A translucent version of a `#rrggbb` colour, for bands. */
export function translucent(color: string, opacity = 0.18): string {
  if (!/^#[\da-f]{6}$/i.test(color)) {
    throw new RangeError(`invalid color: ${color} (expected #rrggbb, as in "#0072B2")`);
  }
  const [red, green, blue] = [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16));
  return `rgba(${red},${green},${blue},${opacity})`;
}

const grid = "rgba(128,128,128,0.25)";
const axis = {
  gridcolor: grid,
  zerolinecolor: "rgba(128,128,128,0.5)",
  linecolor: grid,
  zerolinewidth: 1,
  automargin: true,
} as const;

/**
 * The house style as a Plotly template, which a figure's layout overrides. Its background is transparent,
 * so that a figure stands on any page; JupyterLab's renderer then takes the page's colour for text.
 */
export const template = {
  layout: {
    font: {
      family: "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif",
      size: 13,
      color: neutral,
    },
    title: {
      font: { size: 15 },
      x: 0,
      xref: "paper",
      xanchor: "left",
      y: 1,
      yref: "container",
      yanchor: "top",
      pad: { t: 12 },
    },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    colorway: others,
    margin: { l: 56, r: 24, t: 40, b: 48 },
    hovermode: "closest",
    showlegend: false,
    legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom" },
    bargap: 0.25,
    xaxis: { ...axis, title: { standoff: 6 } },
    yaxis: axis,
    colorscale: { sequential: "Cividis", diverging: "RdBu" },
  },
};

/** The size of a static image, in pixels; on a page a figure takes the width of its cell. */
export const imageSize = { width: 640, height: 360 } as const;
