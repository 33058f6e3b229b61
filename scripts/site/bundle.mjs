/**
 * Bundles a module of `src/` for browsers.
 *
 * @param {object} options
 * @param {string} options.root The clone.
 * @param {string} options.input
 * @param {string} options.file The bundle.
 * @param {Record<string, string>} [options.alias] Files in the places of packages.
 * @param {RegExp} [options.unused] Modules that are reached without being used.
 */
export async function bundle({ root, input, file, alias = {}, unused }) {
  const { rolldown } = await import("rolldown");
  const bundler = await rolldown({
    cwd: root,
    input,
    platform: "browser",
    treeshake: { moduleSideEffects: (id) => !unused?.test(id) },
    resolve: {
      conditionNames: ["qatlab-source", "browser", "import", "module", "default"],
      alias,
    },
  });
  await bundler.write({ file, format: "esm", minify: true });
  await bundler.close();
}
