import { checkBits } from "../arguments/index.js";

/**
 * The Okabe–Ito colours (2008), which readers with any colour vision tell apart. Orange and sky blue are darker here, so
 * that each has a contrast of at least 3:1 on white.
 */
const okabeIto = {
  orange: "#C48800",
  skyBlue: "#4A9BC9",
  green: "#009E73",
  blue: "#0072B2",
  vermilion: "#D55E00",
  purple: "#CC79A7",
} as const;

/** The grey of text, references and float results; its contrast on white is 4.5:1. */
const neutral = "#767676";

/** @internal The colour of intervals over bars, and its shade on a dark page. */
export const [ink, darkInk] = ["#333333", "#e6e6e6"] as const;

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
  lsqplus: "#3F9F90",
  tqt: "#8F7A1F",
  dorefa: okabeIto.vermilion,
  ewgs: "#9467BD",
  nearest: okabeIto.green,
  stochastic: "#98981B",
  noise: "#D670B7",
  pytorchlearnable: "#D81B60",
  minmax: "#6A3D9A",
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

/** The colours that {@link assignColors} gives away, one after another. */
const free = [
  okabeIto.green,
  okabeIto.orange,
  okabeIto.blue,
  okabeIto.purple,
  okabeIto.vermilion,
  "#6A3D9A",
  okabeIto.skyBlue,
  "#8F7A1F",
  "#8C564B",
];

/** The names that got a colour in this session. */
const assigned = new Map<string, string>();

/**
 * Gives names a colour for the rest of the session, so that a thing has one colour in all figures and tables of a
 * lesson. A name with a fixed meaning, or with a colour already, keeps its own. The tenth name gets the first colour
 * again; a colour that another of the names has is passed over.
 *
 * @returns the colour of each name
 * @throws TypeError if `names` is not a list of texts
 * @example
 * q.plot.assignColors(["TensorFlow", "PyTorch"]).PyTorch; // "#C48800"
 * q.plot.colorOf("PyTorch"); // "#C48800"
 */
export function assignColors(names: readonly string[]): Record<string, string> {
  if (!Array.isArray(names) || names.some((name) => typeof name !== "string")) {
    const expected = 'expected a list of names, as in q.plot.assignColors(["even", "odd"])';
    throw new TypeError(`invalid names: ${String(names)} (${expected})`);
  }
  for (const name of names) {
    if (fixedColor(name) !== undefined) continue;
    const taken = names.map(fixedColor);
    const start = assigned.size;
    const order = free.map((_, i) => free[(start + i) % free.length]!);
    assigned.set(name, order.find((color) => !taken.includes(color)) ?? order[0]!);
  }
  return Object.fromEntries(names.map((name) => [name, fixedColor(name)!]));
}

/**
 * The colour of a name: its fixed colour if it has one, or the colour that {@link assignColors} gave it; else the
 * `order`-th of the free colours.
 *
 * @example
 * q.plot.colorOf("ptq"); // "#D55E00"
 */
export function colorOf(name: Meaning | (string & {}), order = 0): string {
  return fixedColor(name) ?? others[order % others.length]!;
}

/** The colour of a name that has a fixed meaning, is a width such as `4 bits`, or got a colour; else `undefined`. */
export function fixedColor(name: string): string | undefined {
  const [, bits] = /^([1-9]\d?) bits?$/.exec(name) ?? [];
  const ofWidth = bits !== undefined && Number(bits) <= 32 ? bitColor(Number(bits)) : undefined;
  return colors[name.toLowerCase() as Meaning] ?? ofWidth ?? assigned.get(name);
}

/**
 * A sequential scale from 1 bit to 8 and more bits, dark to bright, with a hue of its own for each width. The first
 * scale has a contrast of 3:1 or more on white, and stays below the luminance where it would fade; the second
 * scale is that of dark pages.
 */
const bitScale = [
  "#4e035d",
  "#592187",
  "#4443a9",
  "#0565a0",
  "#087b86",
  "#088c66",
  "#559623",
  "#ac900c",
];
const darkBitScale = [
  "#af5cc1",
  "#a56cdd",
  "#7e86fa",
  "#17a5fe",
  "#16bdcb",
  "#01d198",
  "#8fd961",
  "#fbd630",
];

/** @internal The shade of each colour of the scale of bits on a dark page. */
export const darkBits: Record<string, string | undefined> = Object.fromEntries(
  bitScale.map((color, i) => [color, darkBitScale[i]]),
);

/**
 * The colour of a width in bits: few bits are dark.
 *
 * @throws RangeError if `bits` is not an integer from 1 to 32
 * @example
 * q.plot.bitColor(2); // "#592187"
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
