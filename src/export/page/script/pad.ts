import type { Ink } from "./drawing.js";
import { byId, paintImage, picture } from "./elements.js";

const size = 280;

/** The field that one draws on. */
export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  /** Whether an example is shown, which the next stroke replaces. */
  #showsExample = false;

  /** @param changed is called with the ink when it has changed */
  constructor(changed: (ink: Ink) => void) {
    this.#canvas = byId("pad") as HTMLCanvasElement;
    this.#canvas.width = size;
    this.#canvas.height = size;
    this.#context = this.#canvas.getContext("2d", { willReadFrequently: true })!;
    this.clear();
    this.#listen(changed);
  }

  clear(): void {
    this.#context.fillStyle = "#000";
    this.#context.fillRect(0, 0, size, size);
    this.#showsExample = false;
  }

  /** Shows an image in the field, which the next stroke replaces. */
  show(
    values: ArrayLike<number>,
    shape: readonly number[],
    range: readonly [number, number],
  ): void {
    const small = picture(shape[1]!, shape[0]!, "");
    paintImage(small, values, range);
    this.clear();
    this.#context.imageSmoothingEnabled = false;
    this.#context.drawImage(small, 0, 0, size, size);
    this.#showsExample = true;
  }

  get ink(): Ink {
    const { data } = this.#context.getImageData(0, 0, size, size);
    const values = new Float32Array(size * size);
    for (let i = 0; i < values.length; i++) values[i] = data[i * 4]! / 255;
    return { width: size, height: size, values };
  }

  #listen(changed: (ink: Ink) => void): void {
    let last: [number, number] | undefined;
    let isAsked = false;
    const at = ({ offsetX, offsetY }: PointerEvent): [number, number] => [
      (offsetX * size) / this.#canvas.clientWidth,
      (offsetY * size) / this.#canvas.clientHeight,
    ];
    const stroke = (to: [number, number]) => {
      this.#line(last ?? to, to);
      last = to;
      // The models answer once a frame, however fast the pointer is.
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(() => {
        isAsked = false;
        changed(this.ink);
      });
    };
    this.#canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.#canvas.setPointerCapture(event.pointerId);
      if (this.#showsExample) this.clear();
      last = undefined;
      stroke(at(event));
    });
    this.#canvas.addEventListener("pointermove", (event) => {
      if (last) stroke(at(event));
    });
    for (const end of ["pointerup", "pointercancel"] as const) {
      this.#canvas.addEventListener(end, () => {
        last = undefined;
      });
    }
  }

  #line(from: [number, number], to: [number, number]): void {
    const context = this.#context;
    context.strokeStyle = "#fff";
    context.lineWidth = size / 7;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(to[0] + 0.01, to[1]);
    context.stroke();
  }
}
