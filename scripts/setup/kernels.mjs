import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheEntry } from "./cache.mjs";
import { provideCompiler } from "./compiler.mjs";
import { explain } from "./error.mjs";
import { currentPlatform, platformName } from "./platforms.mjs";
import { probeKernels } from "./probe.mjs";
import { run } from "./process.mjs";
import { hashOf, hashTree, readJson, sha256, writeJson } from "./stamp.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./binding.mjs").Parts} Parts */

export const title = "TensorFlow kernels of our own";

const sources = fileURLToPath(new URL("../../src/tensorflow/kernels/native", import.meta.url));
const file = "qatlab_kernels.node";

const flags = [
  ...["-fPIC", "-std=c++17", "-O3", "-fvisibility=hidden", "-DBUILDING_NODE_EXTENSION"],
  // A product and a sum stay two roundings, as in TensorFlow's ops.
  ...["-ffp-contract=off", "-fno-trapping-math", "-fno-math-errno"],
];

/** The files that are compiled for each set of instructions, with flags of their own. */
const loops = {
  "loops.cc": [],
  // Sums of convolutions aren't TensorFlow's bit for bit anyway: a product and a sum may be one operation.
  "convolutionLoops.cc": ["-ffp-contract=fast"],
  "depthwiseLoops.cc": ["-ffp-contract=fast"],
  "pooledGradientLoops.cc": ["-ffp-contract=fast"],
  "recurrentLoops.cc": [],
  "minifloatLoops.cc": [],
};

/** The sets of instructions that the loops are compiled for; the processor chooses among them when they run. */
const instructions = {
  x64: {
    kBaseline: ["-msse4.2"],
    kAvx2: ["-mavx2", "-mfma", "-mprefer-vector-width=256"],
    kAvx512: [
      ...["-mavx512f", "-mavx512vl", "-mavx512bw", "-mavx512dq", "-mfma"],
      "-mprefer-vector-width=512",
    ],
  },
  arm64: { kBaseline: [] },
};

/** @param {string} nodeModules */
const folderOf = (nodeModules) => join(nodeModules, "@tensorflow", "tfjs-node", "lib", "napi-v8");

/**
 * Compiles the kernels, or takes them from the cache.
 *
 * @param {Context} context
 * @param {Parts} parts
 * @returns {Promise<{ entry: string, folder: string } | { missing: string }>} The entry of the cache, or why there
 *   are no kernels: the library does without.
 */
export async function provide(context, parts) {
  const entry = `kernels/${kernelsKey(parts)}`;
  try {
    const folder = await cacheEntry(context, entry, {
      isGood,
      report: parts.report,
      make: (draft) => compile(context, draft, parts),
    });
    return { entry, folder };
  } catch (error) {
    return { missing: reasonOf(error) };
  }
}

/**
 * Puts the kernels beside the binding, which is in place, and tries them in a process of their own.
 *
 * @param {string} nodeModules
 * @param {Awaited<ReturnType<typeof provide>>} kernels
 * @returns {Promise<string | undefined>} Why there are no kernels.
 */
export async function place(nodeModules, kernels) {
  const target = join(folderOf(nodeModules), file);
  try {
    if ("missing" in kernels) throw new Error(kernels.missing);
    mkdirSync(dirname(target), { recursive: true });
    // A process may have loaded the old file, which it must keep.
    copyFileSync(join(kernels.folder, file), `${target}.draft`);
    renameSync(`${target}.draft`, target);
    await probeKernels(nodeModules);
    return undefined;
  } catch (error) {
    rmSync(target, { force: true });
    return reasonOf(error);
  }
}

/** @param {string} nodeModules */
export function isPlaced(nodeModules) {
  return existsSync(join(folderOf(nodeModules), file));
}

/**
 * The hash of the kernels' inputs. The processor isn't one of them: compiled kernels run on all.
 *
 * @param {{ nodeModules: string, library: { entry: string } }} parts
 */
export function kernelsKey({ nodeModules, library }) {
  return hashOf({
    sources: hashTree(sources),
    headers: readJson(join(nodeModules, "node-api-headers", "package.json"))?.version,
    flags,
    instructions,
    loops,
    library: library.entry,
    platform: platformName(),
  });
}

/**
 * @param {Context} context
 * @param {string} draft
 * @param {Parts} parts
 */
async function compile(context, draft, parts) {
  const output = join(draft, file);
  const compiler = await compileTo(context, output, parts);
  writeJson(join(draft, "kernels.json"), { sha256: await sha256(output), compiler: compiler.name });
}

/**
 * Compiles the kernels into a file.
 *
 * @param {Context} context
 * @param {string} output
 * @param {Parts} parts
 * @param {string[]} [more] More flags for the compiler.
 */
export async function compileTo(
  context,
  output,
  { nodeModules, python, library, report },
  more = [],
) {
  const compiler = await provideCompiler(context, { python, report });
  report.update(`compiling with ${compiler.name}`);
  const work = join(dirname(output), "work");
  mkdirSync(work);
  const include = [
    ...["-I", join(nodeModules, "node-api-headers", "include")],
    ...["-I", join(library.folder, "include")],
  ];
  const call = (/** @type {string[]} */ args) =>
    run(compiler.command, [...compiler.args, ...args], {
      name: "the C++ compiler",
      cwd: work,
      env: compiler.env,
    });
  const sets = Object.entries(instructions[/** @type {"x64" | "arm64"} */ (process.arch)] ?? {});
  const chosen = sets.flatMap(([set, options]) =>
    Object.entries(loops).map(([name, own]) => {
      const output = ["-o", `${set}.${name}.o`];
      const all = [...flags, ...more, ...own, ...options, `-DQATLAB_LOOPS=${set}`];
      return call([...all, "-c", join(sources, name), ...output]);
    }),
  );
  const others = readdirSync(sources).filter((name) => /\.cc$/.test(name) && !(name in loops));
  const rest = others.map((name) =>
    call([...flags, ...more, ...include, "-c", join(sources, name), "-o", `${name}.o`]),
  );
  await Promise.all([...chosen, ...rest]);
  const lib = join(library.folder, "lib");
  const framework = readdirSync(lib).filter((name) =>
    /^libtensorflow_framework\.(so\.2|2\.dylib)$/.test(name),
  );
  const objects = readdirSync(work).filter((name) => name.endsWith(".o"));
  const linked = [...objects, ...framework.map((name) => join(lib, name))];
  const link = currentPlatform()?.link ?? [];
  await call(["-shared", ...more, ...linked, ...link, "-pthread", "-o", output]);
  rmSync(work, { recursive: true });
  return compiler;
}

/** @param {string} folder */
async function isGood(folder) {
  const expected = readJson(join(folder, "kernels.json"))?.sha256;
  const compiled = join(folder, file);
  return existsSync(compiled) && (await sha256(compiled)) === expected;
}

/** @param {unknown} error */
function reasonOf(error) {
  const { message, detail } = explain(error);
  const line = detail?.split("\n").find((line) => /\berror\b/i.test(line));
  return line && !line.startsWith("Error") ? `${message} (${line.trim()})` : message;
}
