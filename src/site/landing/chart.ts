import type { Phase } from "./messages.js";

/** @internal One measured accuracy of the chart; `epoch` counts on over both trainings. */
export interface Point {
  readonly phase: Phase;
  readonly epoch: number;
  readonly accuracy: number;
}

const svg = "http://www.w3.org/2000/svg";
const size = { width: 640, height: 300 };
const inner = { left: 74, right: 20, top: 14, bottom: 52 };

/** @internal How many epochs the axis is long. */
export const chartEpochs = 36;

const x = (epoch: number) =>
  inner.left +
  (Math.min(epoch, chartEpochs) / chartEpochs) * (size.width - inner.left - inner.right);
const y = (accuracy: number) =>
  size.height - inner.bottom - accuracy * (size.height - inner.top - inner.bottom);

/** @internal The chart of accuracies: one line for each training, a mark for a rounding. */
export class Chart {
  readonly #lines = new Map<Phase, SVGPolylineElement>();
  readonly #drop: SVGPathElement;
  readonly #dot: SVGCircleElement;
  readonly #points: Point[] = [];

  constructor(host: SVGSVGElement) {
    host.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      make(host, "line", {
        class: "grid",
        x1: x(0),
        x2: x(chartEpochs),
        y1: y(share),
        y2: y(share),
      });
      label(host, `${100 * share} %`, { x: inner.left - 8, y: y(share) + 5, "text-anchor": "end" });
    }
    for (let epoch = 0; epoch <= chartEpochs; epoch += 12) {
      label(host, String(epoch), { x: x(epoch), y: size.height - 30, "text-anchor": "middle" });
    }
    const middle = { x: x(chartEpochs / 2), y: size.height - 7, "text-anchor": "middle" };
    label(host, "epochs of training", middle);
    this.#drop = make(host, "path", { class: "drop" });
    for (const phase of ["float", "qat"] as const) {
      this.#lines.set(phase, make(host, "polyline", { class: `line ${phase}` }));
    }
    this.#dot = make(host, "circle", { class: "dot", r: 6 });
  }

  /** Takes a point; rounding again replaces what came of the rounding before. */
  add(point: Point): void {
    const isAnew = point.phase === "ptq" || (point.phase === "qat" && !this.#last("qat"));
    if (isAnew)
      this.#drawOnly(
        ({ phase }) => phase === "float" || (phase === "ptq" && point.phase === "qat"),
      );
    if (point.phase === "float" && point.epoch === 0) this.#drawOnly(() => false);
    this.#points.push(point);
    this.#draw();
  }

  #drawOnly(keep: (point: Point) => boolean): void {
    const kept = this.#points.filter(keep);
    this.#points.splice(0, this.#points.length, ...kept);
  }

  #last(phase: Phase): Point | undefined {
    return this.#points.findLast((point) => point.phase === phase);
  }

  #draw(): void {
    for (const [phase, line] of this.#lines) {
      const own = this.#points.filter((point) => point.phase === phase);
      set(line, { points: own.map((at) => `${x(at.epoch)},${y(at.accuracy)}`).join(" ") });
    }
    const [from, to] = [this.#last("float"), this.#last("ptq")];
    const path = from && to ? `M${x(from.epoch)},${y(from.accuracy)}V${y(to.accuracy)}` : "";
    set(this.#drop, { d: path });
    const newest = this.#points.at(-1);
    if (!newest) return;
    const place = { cx: x(newest.epoch), cy: y(newest.accuracy) };
    set(this.#dot, { ...place, class: `dot ${newest.phase}` });
  }
}

type Attributes = Readonly<Record<string, string | number>>;

function make<K extends keyof SVGElementTagNameMap>(
  host: SVGElement,
  name: K,
  attributes: Attributes,
): SVGElementTagNameMap[K] {
  const element = host.ownerDocument.createElementNS(svg, name);
  set(element, attributes);
  host.append(element);
  return element;
}

function label(host: SVGElement, text: string, attributes: Attributes): void {
  make(host, "text", attributes).textContent = text;
}

function set(element: SVGElement, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
