import { type Cost, cost, type Subgroups } from "../analysis/index.js";
import { checkOptions } from "../arguments/index.js";
import { displaySymbol, type MimeBundle } from "../display/index.js";
import { factsOf, type ModelFacts } from "../export/index.js";
import { checkModel } from "../graph/index.js";
import { IntegerModel } from "../integer/index.js";
import { licenceIdentifier } from "../provenance/index.js";
import type { Attack, Curve, Reliability, Shift } from "../robustness/index.js";
import type { tf } from "../tensorflow/index.js";
import type { InputData, TrainingData } from "../train/index.js";
import { markdownTable, section } from "./markdown.js";
import { type Yaml, yaml } from "./yaml.js";

/** Options of {@link modelCard}. */
export interface ModelCardOptions {
  /** The use that the model is for, and uses that it isn't for, in a sentence or more. */
  intendedUse: string;
  /** Test examples, on which the accuracy is measured. Default: none is stated. */
  test?: TrainingData;
  /** The examples on which ranges were found. Default: none are stated. */
  calibration?: InputData;
  /** The examples that the model was trained on. Default: none are stated. */
  train?: InputData;
  /** The seeds of the model, of the training, and so on. Default: none. */
  seeds?: Readonly<Record<string, number | string>>;
  /** The licence of the model, as in `"MIT"`. Default: none is named. */
  licence?: string;
  /** Who made the model, and where it is published. Default: not stated. */
  source?: string;
  /** Results of attacks, corruptions and calibration, which are stated with their intervals. Default: none. */
  robustness?: readonly (Attack | Curve | Shift | Reliability)[];
  /** The accuracy by group. Default: none is stated. */
  subgroups?: Subgroups;
  /** The inputs and uses that are known not to work, in a sentence or more. Default: the card says that none are stated. */
  limitations?: string;
}

/**
 * A model card, which shows itself as Markdown.
 *
 * @example
 * const card: q.report.ModelCard = await q.report.modelCard(qat, { intendedUse: "A lesson.", test });
 * card.facts.accuracy!.examples; // 600
 */
export class ModelCard {
  /** The facts that a manifest beside an exported file states alike. */
  readonly facts: ModelFacts;
  /** The card: YAML front matter, then Markdown. Write it to `README.md`. */
  readonly text: string;

  /** @internal */
  constructor(facts: ModelFacts, text: string) {
    this.facts = facts;
    this.text = text;
  }

  /**
   * The card's text.
   *
   * @example
   * String(await q.report.modelCard(qat, { intendedUse: "A lesson." })).slice(0, 3); // "---"
   */
  toString(): string {
    return this.text;
  }

  [displaySymbol](): MimeBundle {
    const body = this.text.replace(/^---\n[\s\S]*?\n---\n/, "");
    return { "text/markdown": body, "text/plain": this.text };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.text;
  }
}

/**
 * A model card (Mitchell et al. 2019, arXiv:1810.03993): what the model is for, formats, data with licences and digests, seeds and
 * versions, accuracy with its interval, robustness, accuracy by group, size and energy. Its front matter is the one that
 * model hubs read. The facts are those that {@link export.manifest} writes beside an exported file.
 *
 * @param model a float, prepared or integer model
 * @throws TypeError if `model` isn't a model, or `intendedUse` is missing; RangeError if the data don't fit
 * @example
 * const card = await q.report.modelCard(qat, {
 *   intendedUse: "Digits of 8 × 8 pixels, in a lesson.",
 *   test,
 *   calibration: train.take(256),
 *   licence: "MIT",
 * });
 * card.text.includes("## Accuracy"); // true
 */
export async function modelCard(
  model: tf.LayersModel,
  options: ModelCardOptions,
): Promise<ModelCard> {
  checkOptions<ModelCardOptions>("q.report.modelCard", options, {
    intendedUse: true,
    test: true,
    calibration: true,
    train: true,
    seeds: true,
    licence: true,
    source: true,
    robustness: true,
    subgroups: true,
    limitations: true,
  });
  checkModel(model);
  const { intendedUse, train } = options ?? {};
  if (typeof intendedUse !== "string" || intendedUse.trim() === "") {
    throw new TypeError(
      `invalid intendedUse: ${intendedUse} (expected a text, as in { intendedUse: "Digits of 8 × 8 pixels, in a lesson." })`,
    );
  }
  const facts = await factsOf(model, options);
  const trained = train ? (await factsOf(model, { test: train })).test : null;
  const front = frontMatter(facts, trained);
  const body = [
    `# ${facts.model.name}`,
    intendedUse,
    ...section("Accuracy", accuracyText(facts)),
    ...section("Robustness", options.robustness?.map((result) => `- ${result}`).join("\n")),
    ...section("Accuracy by group", options.subgroups && groupsText(options.subgroups)),
    ...section("Data", dataText(facts, trained)),
    ...section("Formats", formatsText(facts)),
    ...section("Size and energy", costText(model)),
    ...section(
      "Limits",
      options.limitations ?? "None are stated; that none are known is not said.",
    ),
    ...section("How it was made", makingText(facts)),
  ].join("\n\n");
  return new ModelCard(facts, `---\n${yaml(front)}\n---\n\n${body}\n`);
}

type DataFacts = ModelFacts["test"];

function frontMatter({ model, accuracy, licence, test }: ModelFacts, trained: DataFacts): Yaml {
  const identifier = licence === null ? undefined : licenceIdentifier(licence);
  const names = [trained, test].flatMap((data) => data?.provenance?.name ?? []);
  const data = [...new Set(names)].map(slug);
  return {
    ...(identifier && { license: identifier }),
    ...(identifier === "other" && { license_name: slug(licence!) }),
    library_name: "qatlab",
    tags: ["quantization", "tensorflow.js"],
    ...(data.length > 0 && { datasets: data }),
    ...(accuracy && {
      "model-index": [
        {
          name: model.name,
          results: [
            {
              task: { type: "classification" },
              dataset: {
                name: test?.provenance?.name ?? "test",
                type: slug(test?.provenance?.name ?? "test"),
              },
              metrics: [{ type: "accuracy", value: accuracy.share, name: "accuracy" }],
            },
          ],
        },
      ],
    }),
  };
}

function accuracyText({ accuracy }: ModelFacts): string | undefined {
  if (!accuracy) return undefined;
  const { correct, examples, share, low, high } = accuracy;
  return `${percent(share)} of ${examples} test examples are named rightly (${correct}); the interval with 95 % confidence goes from ${percent(low)} to ${percent(high)} (Wilson's score interval).`;
}

function groupsText(groups: Subgroups): string {
  const columns = ["model", "group", "examples", "accuracy (%)", "change (points)", "p"] as const;
  const rows = groups.rows.map((row) =>
    columns.map((column) => {
      const value = row[column];
      return typeof value === "number" && !Number.isInteger(value) ? value.toPrecision(3) : value;
    }),
  );
  return `${markdownTable(columns, rows)}\n\nIntervals and p-values are corrected for looking at ${rows.length} groups: ${groups}.`;
}

function dataText({ test, calibration }: ModelFacts, trained: DataFacts): string | undefined {
  const parts = { training: trained, calibration, test };
  // A digest is too wide for a table on a narrow page.
  const digests = Object.entries(parts).flatMap(([role, data]) =>
    data ? [`- ${role}: sha256 ${data.sha256}`] : [],
  );
  const rows = Object.entries(parts).flatMap(([role, data]) => {
    if (!data) return [];
    const { name, source, licence, split, preprocessing } = data.provenance ?? {};
    const words = [name ?? "tensors", source, licence, split, preprocessing].filter(Boolean);
    return [[role, data.examples, words.join(", ")]];
  });
  if (rows.length === 0) return undefined;
  const table = markdownTable(["part", "examples", "where they come from"], rows);
  return `${table}\n\nThe examples' digests:\n\n${digests.join("\n")}`;
}

function formatsText({ scheme, kernel }: ModelFacts): string {
  const rows = Object.entries(scheme).map(([layer, { weights, activations }]) => [
    layer,
    weights ?? "–",
    activations ?? "–",
  ]);
  if (rows.length === 0) return "All weights and activations are float32.";
  const note = kernel ? `\n\nIntegers as ${kernel} computes.` : "";
  return markdownTable(["layer", "weights", "activations"], rows) + note;
}

function costText(model: tf.LayersModel): string | undefined {
  if (model instanceof IntegerModel) return `${model.bytes} bytes of weights and biases.`;
  let counted: Cost;
  try {
    counted = cost(model);
  } catch {
    // A layer without a rule has no cost; the card then leaves the section out.
    return undefined;
  }
  return `${counted}. The energy is an estimate for 45 nm from Horowitz's table (ISSCC 2014), not a measurement.`;
}

function makingText({ model, seeds, versions, licence, source }: ModelFacts): string {
  const entries: [string, unknown][] = [
    ["weights", `${model.parameters}, sha256 ${model.sha256}`],
    ...Object.entries(seeds).map(([name, seed]): [string, unknown] => [`seed of ${name}`, seed]),
    ...Object.entries(versions).filter(([, version]) => version !== null),
    ["licence", licence ?? "none is named"],
    ["source", source ?? "not stated"],
  ];
  return entries.map(([name, value]) => `- ${name}: ${value}`).join("\n");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "data"
  );
}
