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
    .replace(/(?:(?:fill|stroke)-opacity: 1|vector-effect: none|(?<![-\w])opacity: 1);/g, "")
    .replace(/rgb\((\d+), (\d+), (\d+)\)/g, (_, ...rgb) => hex(rgb.slice(0, 3)));
  const fonts = [...new Set(short.match(/font-family: [^;]*;/g))];
  const [font] = fonts;
  const one = font && fonts.length === 1;
  return (one ? short.replaceAll(font, "").replace("<svg ", `<svg style="${font}" `) : short)
    .replace(/ style="\s+/g, ' style="')
    .replace(/ style=""/g, "");
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

const disc = /^M([\d.]+),0A\1,\1 0 1,1 0,-\1A\1,\1 0 0,1 \1,0Z$/;

/** More dots of one kind than this are set on whole pixels, where one dot hides another. */
const many = 2000;

/** Discs of one look as one path: strokes without length, with round ends. */
function dots(run: string): string {
  const { look, own } = apart(run, "transform");
  const radius = look?.match(/ d="([^"]*)"/)?.[1]?.match(disc)?.[1];
  if (!look || !radius || !look.includes("stroke-width: 0px;")) return run;
  const digits = own.length > many ? 0 : 1;
  const places = own.map((translate) => {
    const [x, y] = translate.match(/-?[\d.]+/g)!;
    return `M${Number(Number(x).toFixed(digits))},${Number(Number(y).toFixed(digits))}h0`;
  });
  return look
    .replace(/stroke-width: 0px;/, `stroke-width: ${2 * Number(radius)}px; stroke-linecap: round;`)
    .replace(/fill: ([^;]*);/, "fill: none; stroke: $1;")
    .replace(/ d="[^"]*"/, ` d="${[...new Set(places)].join("")}"`);
}

/** Neighbouring bars of one look as one path. */
function joinBars(run: string): string {
  const { look, own } = apart(run, "d");
  const d = own.filter((bar) => bar !== "M0,0Z");
  return look ? look.replace("<path", `<path d="${d.join("")}"`) : run;
}

/** What elements have in common, and what each has of its own; nothing where they differ elsewhere. */
function apart(run: string, name: "d" | "transform"): { look?: string; own: string[] } {
  const elements = run.match(/(?:<g [^>]*>)?<path [^>]*\/>(?:<\/g>)?/g) ?? [];
  const pattern = new RegExp(` ${name}="([^"]*)"`);
  const [look] = elements.map((element) => element.replace(pattern, ""));
  if (elements.some((element) => element.replace(pattern, "") !== look)) return { own: [] };
  return { look, own: elements.map((element) => element.match(pattern)?.[1] ?? "") };
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
