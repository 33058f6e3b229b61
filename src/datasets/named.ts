import { checkOptions, complaint } from "../arguments/index.js";
import { cifar10 } from "./cifar10.js";
import type { Dataset, SplitOptions } from "./dataset.js";
import { digits } from "./digits.js";
import { fashionMnist } from "./fashionMnist.js";
import { mnist } from "./mnist.js";
import { dataset } from "./own/dataset.js";
import { readCsv } from "./own/table.js";

const known = { digits, mnist, fashionMnist, cifar10 } as const;

/** Options of {@link named}. */
export interface NamedOptions extends SplitOptions {
  /**
   * The share of the training part that is set apart to choose by, above 0 and below 1; `seed` decides which examples these
   * are. Default: no part to choose by.
   */
  validationShare?: number;
}

/** The parts of a data set. */
interface Parts {
  train: Dataset;
  test: Dataset;
}

/**
 * A data set by its name, in a part to train and a part to test: so that a notebook takes other data by a parameter, as
 * `npx qatlab run notebook.ipynb -p dataset=iris.csv` gives it.
 *
 * @param name `"digits"`, `"mnist"`, `"fashionMnist"`, `"cifar10"`, or the path of a CSV file with a header, whose last
 *   column is to be predicted; `"iris.csv:species"` names another column
 * @param options how a CSV file is split, since the known data sets have their own parts; and, for both, the share of
 *   the training part that is set apart for `validation`
 * @throws RangeError if there is no such data set; Error if a file can't be read
 * @example
 * const { train } = await q.datasets.named("digits");
 * train.xs.shape; // [ 1197, 8, 8, 1 ]
 * @example
 * const parts = await q.datasets.named("digits", { validationShare: 0.2, seed: 1 });
 * [parts.train.size, parts.validation.size, parts.test.size]; // [ 958, 239, 600 ]
 */
export function named(
  name: string,
  options: NamedOptions & { validationShare: number },
): Promise<Parts & { validation: Dataset }>;
export function named(name: string, options?: NamedOptions): Promise<Parts>;
export async function named(name: string, options: NamedOptions = {}): Promise<Parts> {
  checkOptions<NamedOptions>("q.datasets.named", options, {
    testShare: true,
    seed: true,
    validationShare: true,
  });
  const { validationShare, ...split } = options;
  if (validationShare === undefined) return partsOf(name, split);
  if (!(validationShare > 0 && validationShare < 1)) {
    const expected = "a share above 0 and below 1";
    throw new RangeError(complaint({ name: "validationShare", value: validationShare, expected }));
  }
  const { train: all, test } = await partsOf(name, split);
  const { seed } = split;
  const { train, test: validation } = all.split({
    testShare: validationShare,
    ...(seed !== undefined && { seed }),
  });
  all.dispose();
  return { train, validation, test } as Parts;
}

async function partsOf(name: string, options: SplitOptions): Promise<Parts> {
  if (Object.hasOwn(known, name)) return await known[name as keyof typeof known]();
  const [, file, column] = /^(.+\.csv)(?::(.+))?$/i.exec(String(name)) ?? [];
  if (file === undefined) {
    const expected = `${Object.keys(known).join(", ")} or a CSV file`;
    const example = 'q.datasets.named("iris.csv:species")';
    throw new RangeError(complaint({ name: "data set", value: name, expected, example }));
  }
  const whole = dataset(file, column ?? readCsv(file).columns.at(-1)!);
  try {
    return whole.split(options);
  } finally {
    whole.dispose();
  }
}
