const side = 8;

/** @internal The examples on the page: each digit, and what the network takes it for. */
export class Examples {
  readonly #tiles: HTMLElement[] = [];
  readonly #labels: readonly number[];

  constructor(host: HTMLElement, pixels: Float32Array, labels: readonly number[]) {
    this.#labels = labels;
    host.replaceChildren();
    labels.forEach((_, i) => {
      const tile = host.ownerDocument.createElement("div");
      tile.className = "tile";
      tile.append(
        drawn(host.ownerDocument, pixels.subarray(i * side * side, (i + 1) * side * side)),
      );
      tile.append(host.ownerDocument.createElement("span"));
      host.append(tile);
      this.#tiles.push(tile);
    });
  }

  /** Marks the digits that are taken for another one. */
  show(classes: readonly number[]): void {
    this.#tiles.forEach((tile, i) => {
      tile.classList.toggle("wrong", classes[i] !== this.#labels[i]);
      tile.lastElementChild!.textContent = String(classes[i]);
    });
  }
}

/** A digit's ink in black, which the style sheet inverts on a dark ground. */
function drawn(document: Document, ink: Float32Array): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(side, side);
  ink.forEach((value, i) => {
    image.data.set([0, 0, 0, Math.round(255 * value)], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}
