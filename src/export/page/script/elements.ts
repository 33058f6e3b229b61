/** An element with attributes and content. */
export function element<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Readonly<Record<string, string>> = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** The element of the page with an id. */
export const byId = (id: string): HTMLElement => document.getElementById(id)!;

/** A canvas of pixels, with a label for those who don't see it. */
export function picture(width: number, height: number, label: string): HTMLCanvasElement {
  const canvas = element("canvas", { role: "img", "aria-label": label });
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

type Colour = readonly [red: number, green: number, blue: number];

/** Fills a canvas with a colour for each pixel. */
export function paint(canvas: HTMLCanvasElement, colourOf: (pixel: number) => Colour): void {
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  for (let pixel = 0; pixel < canvas.width * canvas.height; pixel++) {
    image.data.set([...colourOf(pixel), 255], pixel * 4);
  }
  context.putImageData(image, 0, 0);
}

/** Paints values of an image, paper to ink, in grey or in colours. */
export function paintImage(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  [low, high]: readonly [number, number],
): void {
  const channels = values.length / (canvas.width * canvas.height);
  const shade = (i: number) => (255 * (values[i]! - low)) / (high - low || 1);
  paint(canvas, (pixel) => {
    const [red, green, blue] = [0, 1, 2].map((c) => shade(pixel * channels + (c % channels)));
    return [red!, green!, blue!];
  });
}
