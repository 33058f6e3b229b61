import { parseArgs } from "node:util";
import { type GateOptions, gate as judge } from "../gate/index.js";
import { load } from "../import/index.js";
import { dataNamed } from "./data.js";

export const usage = `usage: qatlab gate OLD NEW --data DATA [--churn SHARE] [--negative-flips SHARE] [--accuracy SHARE]
                  [--class-churn SHARE] [--class-negative-flips SHARE] [--class-accuracy SHARE]

Says whether a new version of a model may take the place of the old one, as q.gate does: which answers change is compared
with limits, over all examples and in each class.

  OLD, NEW                      a folder with a model.json, or a .keras or .h5 file
  --data DATA                   examples with classes: FILE.csv:LABEL, or digits (their test part)
  --churn SHARE                 the largest share of answers that may change, as in 0.05
  --negative-flips SHARE        the largest share of examples that may become wrong, having been right
  --accuracy SHARE              the largest loss of accuracy, as in 0.01 for a point
  --class-churn SHARE           the same for each class, and so on
  --confidence SHARE            the confidence with which all verdicts hold together (default 0.95)

Exit status: 0 when the gate passes, 1 when it fails or can't judge, 2 for a wrong call, 3 when the data are too few to tell.
`;

const share = { type: "string" } as const;
const options = {
  data: share,
  churn: share,
  "negative-flips": share,
  accuracy: share,
  "class-churn": share,
  "class-negative-flips": share,
  "class-accuracy": share,
  confidence: share,
};

type Values = ReturnType<typeof parse>["values"];

function parse(argv: string[]) {
  return parseArgs({ args: argv, options, allowPositionals: true });
}

/** `npx qatlab gate`: judges a new version of a model, and prints a line for each limit. @returns The exit status. */
export async function gate(argv: string[]): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(usage);
    return 0;
  }
  let call: ReturnType<typeof parse>;
  try {
    call = parse(argv);
    const count = call.positionals.length;
    if (count !== 2) throw new Error(`${count || "no"} models named (expected two, OLD and NEW)`);
    if (call.values.data === undefined)
      throw new Error("no --data (expected examples with classes)");
  } catch (error) {
    process.stderr.write(`qatlab gate: ${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const { values, positionals } = call;
  try {
    const limits = limitsOf(values);
    const old = await load(positionals[0]!);
    const fresh = await load(positionals[1]!);
    const data = await dataNamed(values.data!, old, "test");
    const result = judge(old, fresh, data, limits);
    for (const row of result.rows) process.stdout.write(`${lineOf(row)}\n`);
    process.stdout.write(`${result}\n`);
    return { passes: 0, fails: 1, "too few data": 3 }[result.verdict];
  } catch (error) {
    process.stderr.write(`qatlab gate: ${(error as Error).message}\n`);
    return 1;
  }
}

function limitsOf(values: Values): GateOptions {
  const number = (name: keyof Values) =>
    values[name] === undefined ? undefined : Number(values[name]);
  const subgroups = {
    churn: number("class-churn"),
    negativeFlips: number("class-negative-flips"),
    accuracy: number("class-accuracy"),
  };
  return {
    churn: number("churn"),
    negativeFlips: number("negative-flips"),
    accuracy: number("accuracy"),
    confidence: number("confidence"),
    subgroups: Object.values(subgroups).some((limit) => limit !== undefined)
      ? subgroups
      : undefined,
  };
}

const marks = { passes: "[ok]  ", fails: "[FAIL]", "too few data": "[--]  " } as const;

function lineOf(row: ReturnType<typeof judge>["rows"][number]): string {
  const [measured, low, high, limit] = (
    ["measured (%)", "low (%)", "high (%)", "limit (%)"] as const
  ).map((column) => row[column].toFixed(1));
  return `${marks[row.verdict]} ${row.quantity}, ${row.group}: ${measured} % (${low} to ${high}) of ${row.examples}, limit ${limit} %`;
}
