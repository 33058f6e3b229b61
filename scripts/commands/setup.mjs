import { setUp } from "../setup/index.mjs";
import { readNatives } from "../setup/natives.mjs";

/**
 * `qatlab setup`.
 *
 * @param {string[]} args `--tests`: with what only the tests need.
 * @returns {Promise<number>} The exit status.
 */
export async function setup(args) {
  const context = await setUp({ tests: args.includes("--tests") });
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
