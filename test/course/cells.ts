import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import * as q from "../../src/index.js";
import { type Claim, checkClaim } from "../../src/report/index.js";

const folder = new URL("../../notebooks/", import.meta.url);

/** The parts of the library that a test replaces, such as a function that has been broken. */
export type Replaced = Partial<typeof q>;

/** A lesson's code, as one program. @param number its two digits */
function programOf(number: string): string {
  const name = readdirSync(folder).find((file) => file.startsWith(number) && /ipynb$/.test(file))!;
  const { cells } = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as {
    cells: { cell_type: string; source: string[] }[];
  };
  const code = cells.filter(({ cell_type }) => cell_type === "code");
  return code.map(({ source }) => source.join("")).join("\n;\n");
}

/**
 * The claims of a lesson, made in this process by the cells of the notebook as it is committed, without pictures and
 * without pauses.
 *
 * @param number the lesson's two digits
 * @param replaced parts of the library in another form
 * @param shift a number that is added to each seed that the lesson writes as `seed: 1`
 */
export async function claimsOf(
  number: string,
  { replaced = {}, shift = 0 }: { replaced?: Replaced; shift?: number } = {},
): Promise<Claim[]> {
  const claims: Claim[] = [];
  const board = () => ({ push: () => {}, observe: () => {}, done: async () => {} });
  const library = {
    ...q,
    display: () => {},
    fast: true, // fewer repetitions and epochs in lesson 03
    plot: { ...q.plot, board },
    calibration: { ...q.calibration, board },
    study: ((seeds, run, options) =>
      q.study(seeds, run, { ...options, live: false })) as typeof q.study,
    exercises: { ...q.exercises, check: () => {} },
    ...replaced,
    claim: (statement: string, options: q.ClaimOptions) =>
      claims.push(checkClaim(statement, options)),
  };
  const source = programOf(number)
    .replace('import * as q from "qatlab";', "")
    .replace(/seed: (\d+)/g, (_, seed) => `seed: ${Number(seed) + shift}`);
  const target = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(source, { compilerOptions: target });
  // A name may be declared in several cells, as the kernel allows it.
  const program = outputText.replace(/^(?:const|let) /gm, "var ").replace(/^export \{\};/gm, "");
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const soon = (resume: () => void) => setImmediate(resume);
  await new AsyncFunction("q", "setTimeout", program)(library, soon);
  return claims;
}
