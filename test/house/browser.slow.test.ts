import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { rolldown } from "rolldown";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const source = ["qatlab-source", "browser", "import", "module", "default"];

/** The library as one script for browsers, without externals or stubs, and what the bundler said. */
async function bundle({ input = "src/index.ts", minify = false } = {}) {
  const logs: string[] = [];
  const bundler = await rolldown({
    input: `${root}${input}`,
    platform: "browser",
    resolve: { conditionNames: input.startsWith("src") ? source : undefined },
    onLog: (_, { code = "", message }) => logs.push(`${code} ${message}`),
  });
  const { output } = await bundler.generate({ format: "iife", name: "q", minify });
  await bundler.close();
  const { code, imports } = output[0];
  // A classic script doesn't know its own address; only the digits' file is fetched relative to it.
  const failures = logs.filter((log) => !log.startsWith("EMPTY_IMPORT_META"));
  return { code, files: output.length, imports, failures };
}

/** The globals that a worker in a browser has, and Node as well. */
const web = [
  ...["TextEncoder", "TextDecoder", "URL", "AbortController", "performance", "crypto", "btoa"],
  ...["setTimeout", "clearTimeout", "structuredClone", "fetch", "Response", "DecompressionStream"],
];

/** Runs an async function's body in a bundle's global scope, which has nothing of Node's. */
function run(code: string, body: string): Promise<unknown> {
  const given = Object.fromEntries(
    web.map((name) => [name, (globalThis as Record<string, unknown>)[name]]),
  );
  const warnings: unknown[] = [];
  const warn = (...words: unknown[]) => void warnings.push(words.join(" "));
  const console = { log() {}, warn, error: warn };
  const context = createContext({ ...given, console, warnings });
  // TensorFlow.js tells by these that it runs in a browser's worker.
  runInContext("globalThis.self = globalThis; globalThis.WorkerGlobalScope = class {}", context);
  runInContext(code, context, { filename: "https://example.org/qatlab.js" });
  return runInContext(`(async () => { ${body} })()`, context);
}

const lesson = `
  const rounded = q.fakeQuantize(q.tf.tensor([0.1, 0.5, -0.7]), q.int(3), { min: -1, max: 1 });
  const xs = q.tf.tidy(() => q.tf.linspace(-1, 1, 128).reshape([64, 2]));
  const ys = Array.from({ length: 64 }, (_, i) => (i < 32 ? "left" : "right"));
  const data = q.dataset(xs, ys);
  const model = q.models.mlp({ inputShape: [2], units: [4], classes: 2, seed: 1 });
  const scheme = q.scheme({ weights: q.int(4), activations: q.uint(4) });
  const qat = await q.prepare(model, scheme, { calibration: data });
  const history = await q.fit(qat, data, { epochs: 2, batchSize: 16, seed: 1, validation: data });
  const refusals = [];
  for (const call of [
    () => q.dataset("own.csv", "label"),
    () => q.export.savedModel(qat, "exported"),
    () => q.datasets.cifar10(),
  ]) {
    try { await call(); } catch (error) { refusals.push(error.message); }
  }
  return JSON.stringify({
    node: [typeof process, typeof require, typeof Buffer],
    backend: q.environment(),
    rounded: [...rounded.dataSync()],
    history: [...history],
    fast: q.fast,
    table: q.dataFrame([{ bits: 2 }, { bits: 3 }]).tail(1).values,
    progress: q.exercises.progress().lessons.length,
    figure: q.plot.figure({ data: [q.plot.line([1, 2], [3, 4])] }).alt,
    refusals,
    warnings,
  });`;

describe("the library in a browser", () => {
  it("bundles without stubs, from its sources and from its build, and imports nothing of Node's", async () => {
    for (const input of ["src/index.ts", "dist/index.js"]) {
      const { code, files, imports, failures } = await bundle({ input });
      expect({ files, imports, failures }, input).toEqual({ files: 1, imports: [], failures: [] });
      expect(code).not.toMatch(/["']node:|\brequire\(["']/);
    }
  });

  it("bundles with the kernel's two workers and its page, which import nothing of Node's either", async () => {
    for (const input of ["tab/compilerWorker", "tab/runner", "tab/plugin"]) {
      const { files, imports, failures } = await bundle({ input: `src/kernel/${input}.ts` });
      expect({ files, imports, failures }, input).toEqual({ files: 1, imports: [], failures: [] });
    }
  });

  it("computes where there is no Node, and the same when it is minified", async () => {
    const plain = JSON.parse((await run((await bundle()).code, lesson)) as string);
    const small = await bundle({ minify: true });
    expect(small.failures).toEqual([]);
    expect(JSON.parse((await run(small.code, lesson)) as string)).toEqual(plain);

    expect(plain.node).toEqual(["undefined", "undefined", "undefined"]);
    expect(plain.backend).toMatchObject({ node: null, tensorflow: null, backend: "cpu" });
    // Eight steps of 2/7 from -1, moved so that 0 is one of them: -8/7 … 6/7.
    for (const [i, value] of [0, 4 / 7, -4 / 7].entries()) {
      expect(plain.rounded[i]).toBeCloseTo(value, 6);
    }
    expect(plain.history).toHaveLength(2);
    expect(Object.keys(plain.history[0])).toContain("validationAccuracy");
    expect(plain.figure).toBe("line: 2 values from 3 to 4, the last 4");
    expect(plain).toMatchObject({ fast: true, table: [[3]] });
    expect(plain.progress).toBeGreaterThan(10);
    expect(plain.warnings).toEqual([]);
    for (const [i, words] of ["cannot read own.csv here", "in Node", "in Node"].entries()) {
      expect(plain.refusals[i]).toContain(words);
    }
  });

  it("type-checks with its twins for browsers", () => {
    const read = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
    const customConditions = ["qatlab-source", "browser"];
    const program = ts.createProgram([`${root}src/index.ts`], { ...options, customConditions });
    const files = program.getSourceFiles().map(({ fileName }) => fileName);
    expect(files).toContain(`${root}src/tensorflow/loading/load.browser.ts`);
    const errors = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
    expect(errors).toEqual([]);
  });
});
