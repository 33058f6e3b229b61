import { setUp } from "../setup/index.mjs";
import { readNatives } from "../setup/natives.mjs";
import { parseArguments } from "./arguments.mjs";

const usage = `usage: qatlab setup [--tests]

Provides everything that is missing: TensorFlow, JupyterLab, the build.

  --tests   with what only the tests need
`;

/**
 * `qatlab setup`.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function setup(args) {
  const options = /** @type {const} */ ({ tests: { type: "boolean", default: false } });
  const parsed = parseArguments(args, { usage, options });
  if (!parsed) return 0;
  const context = await setUp(parsed.values);
  const native = readNatives(context)?.facts;
  process.stdout.write(
    native
      ? `qatlab is ready, on TensorFlow ${native.tensorflow}.\n`
      : "qatlab is ready, without native TensorFlow (npx qatlab doctor says why).\n",
  );
  if (context.kind === "package") {
    process.stdout.write("Register its kernels with your Jupyter: npx qatlab install --user\n");
  }
  return 0;
}
