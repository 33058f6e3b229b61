/**
 * Plotly's SVG as fewer characters, to the eye the same: coordinates to a tenth of a pixel, marks that
 * look alike in one path, and no style that says what holds anyway. A notebook keeps every image.
 *
 * Written against Plotly 3.7; what it writes otherwise stays as it is.
 */
export function thin(svg: string): string {
  return named(withoutEmpty(withoutDefaults(svg)))
    .replace(/(?:<path class="point" [^>]*\/>){2,}/g, dots)
    .replace(/(?:<g class="point"><path [^>]*\/><\/g>){2,}/g, joinBars)
    .replace(/(<path class="js-(?:line|fill)"[^>]* d=")([^"]*)"/g, (_, head, d) => {
      return `${head}${relative(d)}"`;
    });
}

function withoutDefaults(svg: string): string {
  const short = svg
    .replace(/ ?(?:(?:fill|stroke)-opacity: 1|vector-effect: none|opacity: 1);/g, "")
    .replace(/rgb\((\d+), (\d+), (\d+)\)/g, (_, ...rgb) => hex(rgb.slice(0, 3)))
    .replace(/ style="\s*"/g, "");
  const fonts = [...new Set(short.match(/font-family: [^;]*;/g))];
  const [font] = fonts;
  if (!font || fonts.length > 1) return short;
  return short.replaceAll(font, "").replace("<svg ", `<svg style="${font}" `);
}

function hex(rgb: string[]): string {
  return `#${rgb.map((value) => Number(value).toString(16).padStart(2, "0")).join("")}`;
}

function withoutEmpty(svg: string): string {
  const less = svg.replace(/<g(?: [^>]*)?\/>|<g(?: [^>]*)?><\/g>|<path class="[^"]*"\/>/g, "");
  return less === svg ? svg : withoutEmpty(less);
}

/** Plotly names parts by chance; a name that follows from the image changes only with it. */
function named(svg: string): string {
  const chance = svg.match(/<defs id="defs-([\da-f]{6})"/)?.[1];
  if (!chance) return svg;
  const plain = svg
    .replace(/(trace (?:scatter|bars) trace)[\da-f]{6}/g, "$1")
    .replaceAll(chance, "");
  let hash = 0;
  for (let i = 0; i < plain.length; i++) hash = (Math.imul(hash, 31) + plain.charCodeAt(i)) | 0;
  return svg
    .replace(/(class="trace \w+) trace[\da-f]{6}"/g, '$1"')
    .replaceAll(chance, (hash >>> 0).toString(16).padStart(8, "0"));
}

const dot =
  /<path class="point" transform="translate\(([-\d.]+),([-\d.]+)\)" style="([^"]*)" d="([^"]*)"\/>/g;
const disc = /^M([\d.]+),0A\1,\1 0 1,1 0,-\1A\1,\1 0 0,1 \1,0Z$/;

/** More dots of one kind than this are set on whole pixels, where one dot hides another. */
const many = 2000;

/** Discs of one look as one path: strokes without length, with round ends. */
function dots(run: string): string {
  const found = [...run.matchAll(dot)];
  const [, , , style, shape] = found[0] ?? [];
  const alike = found.every((one) => one[3] === style && one[4] === shape);
  const radius = shape?.match(disc)?.[1];
  if (!alike || !radius || !/stroke-width: 0px/.test(style!)) return run;
  const digits = found.length > many ? 0 : 1;
  const places = found.map(([, x, y]) =>
    [x, y].map((at) => Number(Number(at).toFixed(digits))).join(),
  );
  const stroked = style!
    .replace(/stroke-width: 0px;/, `stroke-width: ${2 * Number(radius)}px; stroke-linecap: round;`)
    .replace(/fill: ([^;]*);/, "fill: none; stroke: $1;");
  const d = [...new Set(places)].map((place) => `M${place}h0`).join("");
  return `<path class="point" style="${stroked}" d="${d}"/>`;
}

/** Neighbouring bars of one look as one path. */
function joinBars(run: string): string {
  const found = [...run.matchAll(/<path style="([^"]*)" d="([^"]*)"\/>/g)];
  const [style] = found.map((one) => one[1]);
  if (found.some((one) => one[1] !== style) || found.length !== run.split("<path").length - 1) {
    return run;
  }
  const d = found.map((one) => one[2]).join("");
  return `<g class="point"><path style="${style}" d="${d}"/></g>`;
}

/** A path of straight lines in steps of a tenth of a pixel from point to point. */
function relative(d: string): string {
  if (!/^(?:[ML][-\d.]+,[-\d.]+|Z)+$/.test(d)) return d;
  let [x, y] = [0, 0];
  return d.replace(/([ML])([-\d.]+),([-\d.]+)/g, (_, command, right, down) => {
    const [fromX, fromY] = command === "M" ? [0, 0] : [x, y];
    [x, y] = [Math.round(10 * right), Math.round(10 * down)];
    const [dx, dy] = [tenths(x - fromX), tenths(y - fromY)];
    return `${command === "M" ? "M" : "l"}${dx}${dy.startsWith("-") ? "" : ","}${dy}`;
  });
}

function tenths(value: number): string {
  return String(value / 10).replace(/^(-?)0\./, "$1.");
}
