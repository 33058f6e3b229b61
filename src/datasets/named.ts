import { checkOptions, complaint } from "../arguments/index.js";
import { cifar10 } from "./cifar10.js";
import type { Dataset, SplitOptions } from "./dataset.js";
import { digits } from "./digits.js";
import { fashionMnist } from "./fashionMnist.js";
import { mnist } from "./mnist.js";
import { dataset } from "./own/dataset.js";
import { readCsv } from "./own/table.js";

const known = { digits, mnist, fashionMnist, cifar10 } as const;

/**
 * A data set by its name, in a part to train and a part to test: so that a notebook takes other data by a parameter, as
 * `npx qatlab run notebook.ipynb -p dataset=iris.csv` gives it.
 *
 * @param name `"digits"`, `"mnist"`, `"fashionMnist"`, `"cifar10"`, or the path of a CSV file with a header, whose last
 *   column is to be predicted; `"iris.csv:species"` names another column
 * @param options how a CSV file is split; the known data sets have their own parts
 * @throws RangeError if there is no such data set; Error if a file can't be read
 * @example
 * const { train } = await q.datasets.named("digits");
 * train.xs.shape; // [ 1197, 8, 8, 1 ]
 */
export async function named(
  name: string,
  options: SplitOptions = {},
): Promise<{ train: Dataset; test: Dataset }> {
  checkOptions<SplitOptions>("q.datasets.named", options, { testShare: true, seed: true });
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
