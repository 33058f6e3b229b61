/** @internal A file or a model, opened with a number of threads. */
export interface Contender {
  name: string;
  /** The runtime with its version, as in `ONNX Runtime 1.30.0`. */
  runtime: string;
  threads: number;
  /** The size of the file, or of a model's weights. */
  bytes: number;
  /** The number of examples that one call takes. */
  batch: number;
  /**
   * The outputs of a call.
   *
   * @param values the inputs of `batch` examples, one after the other
   */
  run(values: Float32Array): Promise<Float32Array>;
  /** The milliseconds of each of some calls on the inputs of `batch` examples. */
  time(values: Float32Array, calls: number): Promise<number[]>;
  close(): Promise<void>;
}

/** @internal A contender that is to be opened. */
export interface Entry {
  name: string;
  /** The absolute path of the file. */
  path: string;
  bytes: number;
  threads: number;
  /** The shape of an example, without the batch. */
  shape: readonly number[];
}

/** @internal @throws TypeError if a file takes other inputs than the examples */
export function checkShape(
  file: string,
  inputs: number,
  shape: readonly unknown[],
  expected: readonly number[],
): void {
  const sizes = shape.slice(1);
  const fits =
    inputs === 1 && sizes.length === expected.length && sizes.every((n, i) => n === expected[i]);
  if (fits) return;
  const has = inputs === 1 ? `an input [${shape.join(", ")}]` : `${inputs} inputs`;
  throw new TypeError(
    `invalid file: ${file} has ${has} (expected one input of the examples' shape, [batch, ${expected.join(", ")}]; an ONNX file has it with { layout: "channelsLast" })`,
  );
}
