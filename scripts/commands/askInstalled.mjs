import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { SetupError } from "../setup/error.mjs";
import { isSame, kernelspecs } from "../setup/kernelspecs.mjs";

/**
 * Asks the Jupyter of a user's Python about the installed package.
 *
 * @param {import("../setup/context.mjs").Context} context
 */
export function askInstalled(context) {
  const python = process.env.QATLAB_PYTHON ?? "python3";
  return {
    kernels() {
      const { status, stdout } = spawnSync(
        python,
        ["-m", "jupyter", "kernelspec", "list", "--json"],
        { encoding: "utf8" },
      );
      if (status !== 0)
        throw new SetupError("Jupyter was not found", {
          hint: `install it: ${python} -m pip install jupyterlab`,
        });
      const found = JSON.parse(stdout).kernelspecs;
      const [name, spec] = /** @type {[string, object]} */ (
        Object.entries(kernelspecs(context))[0]
      );
      const folder = found[name]?.resource_dir;
      if (!folder || !isSame(join(folder, "kernel.json"), spec)) {
        throw new SetupError("not registered", { hint: "run: npx qatlab install --user" });
      }
      return `${name} (in ${dirname(folder)})`;
    },
    jupyterlab() {
      const { status, stdout } = spawnSync(python, ["-m", "jupyterlab", "--version"], {
        encoding: "utf8",
      });
      if (status !== 0)
        throw new SetupError("not found", {
          hint: `install it: ${python} -m pip install jupyterlab`,
        });
      return `${stdout.trim()} (${python})`;
    },
  };
}
