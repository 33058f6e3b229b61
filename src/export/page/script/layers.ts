import type { IntegerOp, IntegerProgram, IntegerTensor } from "../../../integer/index.js";
import { byId, element, paint, picture } from "./elements.js";

const most = 24;

/** The tiles of a tensor's heat map: how many there are, and how large each is. */
function tilesOf({ shape }: IntegerTensor) {
  const [height, width, channels] = shape.length === 4 ? shape.slice(1) : [1, shape.at(-1)!, 1];
  return { height: height!, width: width!, channels: channels!, count: Math.min(most, channels!) };
}

type Colour = readonly [number, number, number];

/** The colours of codes below, at and above the zero point. */
const palettes: Record<"light" | "dark", readonly [Colour, Colour, Colour]> = {
  light: [
    [36, 92, 180],
    [240, 240, 236],
    [206, 84, 22],
  ],
  dark: [
    [96, 156, 240],
    [38, 40, 46],
    [246, 142, 66],
  ],
};

/** A whole number with the minus sign of print. */
const signed = (number: number) => String(number).replace("-", "−");

const scaleText = ({ scale, zeroPoint }: IntegerTensor) =>
  scale.length > 1
    ? `${scale.length} scales, zero point ${signed(zeroPoint[0]!)}`
    : `scale ${scale[0]!.toPrecision(3)}, zero point ${signed(zeroPoint[0]!)}`;

/** A card for each op, with the heat map of the codes that it writes. */
export class Layers {
  readonly #cards: { tensor: number; card: HTMLElement; maps: HTMLCanvasElement[] }[];
  readonly #program: IntegerProgram;

  constructor(program: IntegerProgram) {
    this.#program = program;
    this.#cards = program.ops.map((op, index) => this.#card(op, index));
    byId("layers").append(...this.#cards.map(({ card }) => card));
  }

  #card(op: IntegerOp, index: number) {
    const tensor = this.#program.tensors[op.output]!;
    const { height, width, channels, count } = tilesOf(tensor);
    const maps = Array.from({ length: count }, (_, c) =>
      picture(width, height, `${op.layer}: codes${channels > 1 ? ` of channel ${c}` : ""}`),
    );
    const shape = tensor.shape.slice(1).join(" × ");
    const more = channels > count ? `, the first ${count} of ${channels} channels` : "";
    const kind = tensor.type === "int32" ? "int32 sums" : `${tensor.type} codes`;
    const tiles = element("div", { class: height === 1 ? "tiles row" : "tiles" }, ...maps);
    const card = element(
      "li",
      {},
      element("h3", {}, op.layer, element("span", { class: "op" }, op.type)),
      element("p", {}, `${shape} ${kind}${more}; ${scaleText(tensor)}`),
      tiles,
    );
    card.style.setProperty("--delay", `${Math.min(index, 20) * 45}ms`);
    return { tensor: op.output, card, maps };
  }

  /** Shows the codes of all layers; `codesOf` gives those of a tensor. */
  show(codesOf: (tensor: number) => Int16Array | Int32Array): void {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const palette = palettes[isDark ? "dark" : "light"];
    for (const { tensor, card, maps } of this.#cards) {
      const { zeroPoint } = this.#program.tensors[tensor]!;
      const codes = codesOf(tensor);
      const extent = Math.max(1, ...Array.from(codes, (code) => Math.abs(code - zeroPoint[0]!)));
      for (const [channel, map] of maps.entries()) {
        const step = codes.length / (map.width * map.height);
        paint(map, (pixel) => {
          const code = codes[pixel * step + channel]!;
          return mixed(palette, (code - zeroPoint[0]!) / extent);
        });
      }
      card.classList.remove("lit");
      // Reading the width makes the browser forget the animation that ran, so that it runs anew.
      void card.offsetWidth;
      card.classList.add("lit");
    }
  }
}

/** A colour between the middle one and an end, for a number from −1 to 1. */
function mixed([low, zero, high]: readonly [Colour, Colour, Colour], at: number): Colour {
  const end = at < 0 ? low : high;
  const part = Math.sqrt(Math.abs(at));
  const mix = (i: number) => zero[i]! + (end[i]! - zero[i]!) * part;
  return [mix(0), mix(1), mix(2)];
}
