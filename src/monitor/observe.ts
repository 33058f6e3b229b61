/** @internal The values of one batch: a list for each input, and those of the output. */
export interface Observed {
  inputs: readonly Float32Array[];
  output: Float32Array;
  size: number;
}

/** @internal The statistics of an example, in the order of {@link statisticNames}; NaN where there is none. */
export type Measure = (observed: Observed, example: number, into: Float64Array) => void;

/** @internal The form of a model's inputs and output. */
export interface Form {
  inputs: readonly string[];
  /** How many classes the output has; 0 if the model is no classifier. */
  classes: number;
  /** Whether the output has probabilities, and not logits. */
  probabilities: boolean;
  /** The names of the classes. */
  labels?: readonly string[];
  /** The names of the layers whose values are watched for clipping. */
  clipped: readonly string[];
}

/** @internal The statistics in words, as an alarm names them. */
export function statisticNames({ inputs, classes, labels, clipped }: Form): string[] {
  const of = (name: string) => (inputs.length > 1 ? ` of ${name}` : " of the input");
  return [
    "the share of examples with values that aren't finite",
    ...inputs.flatMap((name) => [`the mean${of(name)}`, `the spread${of(name)}`]),
    ...(classes > 1 ? ["the confidence"] : ["the output's mean"]),
    ...Array.from(
      { length: classes > 1 ? classes : 0 },
      (_, c) => `the share of class ${labels?.[c] ?? c}`,
    ),
    ...clipped.map((layer) => `the clip rate of ${layer}`),
  ];
}

/** @internal How many statistics come before the clip rates. */
export function cheapCount({ inputs, classes }: Form): number {
  return 1 + 2 * inputs.length + 1 + (classes > 1 ? classes : 0);
}

/** @internal Writes the statistics of an example; those that an example with broken values doesn't have are NaN. */
export function measure(form: Form, observed: Observed, example: number, into: Float64Array): void {
  const { inputs, output, size } = observed;
  into.fill(Number.NaN);
  let at = 1;
  let finite = true;
  for (const values of inputs) {
    const each = values.length / size;
    const end = (example + 1) * each;
    let sum = 0;
    let squares = 0;
    for (let i = example * each; i < end; i++) {
      const value = values[i]!;
      sum += value;
      squares += value * value;
    }
    const mean = sum / each;
    if (!Number.isFinite(squares)) finite = false;
    into[at++] = mean;
    into[at++] = Math.sqrt(Math.max(0, squares / each - mean ** 2));
  }
  const each = output.length / size;
  const start = example * each;
  if (form.classes > 1) {
    let best = start;
    let sum = 0;
    for (let i = start; i < start + each; i++) {
      sum += output[i]!;
      if (output[i]! > output[best]!) best = i;
    }
    const confidence = form.probabilities
      ? output[best]!
      : 1 / sumOfExponentials(output, start, each, output[best]!);
    if (!Number.isFinite(confidence + sum)) finite = false;
    into[at++] = confidence;
    for (let c = 0; c < form.classes; c++) into[at++] = Number(best - start === c);
  } else {
    let sum = 0;
    for (let i = start; i < start + each; i++) sum += output[i]!;
    if (!Number.isFinite(sum)) finite = false;
    into[at++] = sum / each;
  }
  // Broken values say nothing of the other statistics.
  if (!finite) into.fill(Number.NaN);
  into[0] = Number(!finite);
}

function sumOfExponentials(
  logits: ArrayLike<number>,
  start: number,
  count: number,
  largest: number,
): number {
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += Math.exp(logits[i]! - largest);
  return sum;
}
