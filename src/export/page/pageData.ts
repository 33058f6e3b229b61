/** @internal An example that a page offers. */
export interface PageExample {
  /** The name of the example's class, or its number. */
  readonly label: string;
  /** The values, float32 in base64. */
  readonly values: string;
}

/** @internal The data in a page, as JSON. */
export interface PageData {
  readonly title: string;
  readonly classes: readonly string[];
  /** Height, width and channels of the model's input. */
  readonly shape: readonly [number, number, number];
  /** The values of paper and of ink. */
  readonly range: readonly [number, number];
  /** The rows that a drawing leaves free above and below it, of the input's height. */
  readonly margin: number;
  readonly examples: readonly PageExample[];
  /** The integer program, and the float program if there is one, as texts. */
  readonly integer: string;
  readonly float?: string;
}
