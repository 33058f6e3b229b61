/**
 * Plotly's SVG in fewer characters, since a notebook keeps every image. The image looks the same:
 * coordinates are rounded to a tenth of a pixel, marks that look alike share one path, and default styles
 * are left out.
 *
 * The code is written for Plotly 3.7; output in any other form stays unchanged.
 */
export function thin(svg: string): string {
  return named(withoutEmpty(withoutDefaults(svg)))
    .replace(/(?:<path class="point" [^>]*\/>){2,}/g, dots)
    .replace(/(?:<g class="point"><path [^>]*\/><\/g>){2,}/g, joinBars)
    .replace(/(<path class="js-(?:line|fill)"[^>]* d=")([^"]*)"/g, (_, head, d) => {
      return `${head}${/[HV]/.test(d) ? stairs(d) : relative(d)}"`;
    });
}

function withoutDefaults(svg: string): string {
  const short = svg
    .replace(/(?:(?:fill|stroke)-opacity: 1|vector-effect: none|(?<![-\w])opacity: 1);/g, "")
    .replace(/rgb\((\d+), (\d+), (\d+)\)/g, (_, ...rgb) => hex(rgb.slice(0, 3)));
  const fonts = [...new Set(short.match(/font-family: [^;]*;/g))];
  const [font] = fonts;
  const single = font && fonts.length === 1;
  return (single ? short.replaceAll(font, "").replace("<svg ", `<svg style="${font}" `) : short)
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

/**
 * Plotly names elements at random. Here the names follow from the image, so that they change only with the
 * image.
 */
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

/**
 * If more dots than this look alike, they are set on whole pixels, where many dots coincide and are drawn
 * once.
 */
const many = 2000;

/** Joins discs that look alike into one path of strokes without length and with round ends. */
function dots(run: string): string {
  const { look, values } = apart(run, "transform");
  const radius = look?.match(/ d="([^"]*)"/)?.[1]?.match(disc)?.[1];
  if (!look || !radius || !look.includes("stroke-width: 0px;")) return run;
  const digits = values.length > many ? 0 : 1;
  const places = values.map((translate) => {
    const [x, y] = translate.match(/-?[\d.]+/g)!;
    return `M${Number(Number(x).toFixed(digits))},${Number(Number(y).toFixed(digits))}h0`;
  });
  return look
    .replace(/stroke-width: 0px;/, `stroke-width: ${2 * Number(radius)}px; stroke-linecap: round;`)
    .replace(/fill: ([^;]*);/, "fill: none; stroke: $1;")
    .replace(/ d="[^"]*"/, ` d="${[...new Set(places)].join("")}"`);
}

/** Joins neighbouring bars that look alike into one path. */
function joinBars(run: string): string {
  const { look, values } = apart(run, "d");
  const d = values.filter((bar) => bar !== "M0,0Z");
  return look ? look.replace("<path", `<path d="${d.join("")}"`) : run;
}

/**
 * The markup that elements share, and each element's value of the attribute `name`; no values if the
 * elements differ elsewhere too.
 */
function apart(run: string, name: "d" | "transform"): { look?: string; values: string[] } {
  const elements = run.match(/(?:<g [^>]*>)?<path [^>]*\/>(?:<\/g>)?/g) ?? [];
  const pattern = new RegExp(` ${name}="([^"]*)"`);
  const [look] = elements.map((element) => element.replace(pattern, ""));
  if (elements.some((element) => element.replace(pattern, "") !== look)) return { values: [] };
  return { look, values: elements.map((element) => element.match(pattern)?.[1] ?? "") };
}

/** A path of stairs, to a tenth of a pixel: treads that go on at their height, and risers, become one step each. */
function stairs(d: string): string {
  if (!/^(?:[ML][-\d.]+,[-\d.]+|[HV][-\d.]+)+$/.test(d)) return d;
  let [kind, x, y, path, last] = ["", Number.NaN, Number.NaN, "", ""];
  for (const [, command, words] of d.matchAll(/([MLHV])([-\d.,]+)/g)) {
    const [first = 0, second = 0] = words!.split(",").map((word) => Math.round(10 * Number(word)));
    if (command === "H" || command === "V") {
      if (first === (command === "H" ? x : y)) continue;
      if (command !== kind) path += last;
      last = `${command}${tenths(first)}`;
      if (command === "H") x = first;
      else y = first;
    } else {
      [x, y] = [first, second];
      path += last;
      last = `${command}${tenths(first)},${tenths(second)}`;
    }
    kind = command!;
  }
  return path + last;
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
