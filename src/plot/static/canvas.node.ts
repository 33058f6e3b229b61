import { deflateSync } from "node:zlib";
import { png } from "../../display/index.js";

/**
 * The parts of a canvas that Plotly's heat maps use: filled rectangles, image data, and the picture as a
 * PNG data address. Written against Plotly 3.7 (`traces/heatmap/plot.js`).
 */
export class Canvas {
  fillStyle = "rgba(0,0,0,0)";
  private readonly pixels: Uint8ClampedArray;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint8ClampedArray(width * height * 4);
  }

  fillRect(left: number, top: number, width: number, height: number): void {
    const color = parseColor(this.fillStyle);
    const right = Math.min(this.width, left + width);
    const bottom = Math.min(this.height, top + height);
    for (let y = Math.max(0, top); y < bottom; y++) {
      for (let x = Math.max(0, left); x < right; x++) {
        this.pixels.set(color, (y * this.width + x) * 4);
      }
    }
  }

  createImageData(width: number, height: number) {
    return { width, height, data: new Uint8ClampedArray(width * height * 4) };
  }

  putImageData(image: { width: number; data: Uint8ClampedArray }, left: number, top: number): void {
    const height = image.data.length / 4 / image.width;
    for (let y = 0; y < height; y++) {
      const row = image.data.subarray(y * image.width * 4, (y + 1) * image.width * 4);
      this.pixels.set(row, ((top + y) * this.width + left) * 4);
    }
  }

  toDataURL(): string {
    const file = png(this.width, this.height, this.pixels, { compress: deflateSync });
    return `data:image/png;base64,${Buffer.from(file).toString("base64")}`;
  }
}

/** Reads `rgb(r,g,b)` and `rgba(r,g,b,a)`, the only forms of a colour that Plotly sets here. */
function parseColor(text: string): number[] {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, Math.round(alpha * 255)];
}
