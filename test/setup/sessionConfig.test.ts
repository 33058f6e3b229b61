import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { isNative, tf } from "../../src/tensorflow/tf.js";
import { removeAll, temporaryFolder } from "./clone.js";

/** The binding as the patch leaves it. */
interface Binding {
  sessionConfig?: boolean;
  getNumOfSavedModels(): number;
  loadSavedModel(folder: string, tags: string, config?: unknown, runOptions?: unknown): number;
  deleteSavedModel(model: number): void;
  runSavedModel(model: number, ids: number[], names: string, outputs: string): { id: number }[];
  tensorDataSync(id: number): Float32Array;
  deleteTensor(id: number): void;
}

const float = 'attr { key: "T" value { type: DT_FLOAT } }';
const constant = (name: string, value: number) =>
  `node { name: "${name}" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } }
     attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape {} float_val: ${value} } } } }`;

/**
 * `y = (x · 1e-30) · 1e30`. In float32 and as written it is 0 for `x = 1e-30`, since 1e-60 is no
 * float32; Grappler multiplies the constants first, and then it is 1e-30.
 */
const product = `saved_model_schema_version: 1
meta_graphs {
  meta_info_def { tags: "serve" }
  graph_def {
    versions { producer: 1882 }
    node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
    ${constant("small", 1e-30)}
    ${constant("large", 1e30)}
    node { name: "product" op: "Mul" input: "x" input: "small" ${float} }
    node { name: "y" op: "Mul" input: "product" input: "large" ${float} }
  }
}`;

// Serialized by hand, after config.proto: a field's key is its number · 8 + its wire type.
/** `graph_options { rewrite_options { disable_meta_optimizer: true } }` */
const noRewriting = [0x52, 5, 0x52, 3, 0x98, 0x01, 1];
/** `experimental { executor_type: name }` */
const executor = (name: string) => [0x82, 0x01, name.length + 2, 0x1a, name.length, ...ascii(name)];
/** RunOptions' `inter_op_thread_pool: pool`; −1 runs in the caller's thread. */
const threadPool = (pool: number) => [0x18, ...(pool < 0 ? [...Array(9).fill(0xff), 1] : [pool])];
const ascii = (text: string) => [...Buffer.from(text, "ascii")];

describe.runIf(isNative)("loadSavedModel of the patched binding", () => {
  const { binding } = tf.backend() as unknown as { binding: Binding };
  const folder = join(temporaryFolder(), "product");
  mkdirSync(folder);
  writeFileSync(join(folder, "saved_model.pbtxt"), product);

  const idOf = (tensor: tf.Tensor): number => (tf.backend() as any).getInputTensorIds([tensor])[0];
  const input = tf.scalar(1e-30);
  let models: number[] = [];
  const load = (config?: unknown, runOptions?: unknown) => {
    const model = binding.loadSavedModel(folder, "serve", config, runOptions);
    models.push(model);
    return model;
  };
  const run = (model: number) => {
    const [output] = binding.runSavedModel(model, [idOf(input)], "x:0", "y:0");
    const [value] = binding.tensorDataSync(output!.id);
    binding.deleteTensor(output!.id);
    return value;
  };
  afterEach(() => {
    for (const model of models) binding.deleteSavedModel(model);
    models = [];
    expect(binding.getNumOfSavedModels()).toBe(0);
  });
  afterAll(() => {
    input.dispose();
    removeAll();
  });

  it("is marked", () => {
    expect(binding.sessionConfig).toBe(true);
  });

  it("lets TensorFlow rewrite the graph when there is no config, as the stock one does", () => {
    const model = binding.loadSavedModel(folder, "serve");
    models.push(model);
    expect(run(model)).toBe(Math.fround(1e-30));
    expect(run(load(undefined, undefined))).toBe(Math.fround(1e-30));
    expect(run(load(new Uint8Array()))).toBe(Math.fround(1e-30));
  });

  it("runs the graph as it is written when the config turns the optimizers off", () => {
    expect(run(load(Uint8Array.from(noRewriting)))).toBe(0);
    expect(run(load(Buffer.from(noRewriting)))).toBe(0);
    const within = Uint8Array.from([1, 2, ...noRewriting, 3]);
    expect(run(load(within.subarray(2, -1)))).toBe(0);
  });

  it("hands the whole config to the session", () => {
    const model = load(Uint8Array.from(executor("none")));
    expect(() => run(model)).toThrow(/No executor factory registered .*: none/);
    const single = executor("SINGLE_THREADED_EXECUTOR");
    expect(run(load(Uint8Array.from([...noRewriting, ...single])))).toBe(0);
  });

  it("takes run options for every run of that model, and of no other", () => {
    const model = load(undefined, Uint8Array.from(threadPool(7)));
    expect(() => run(model)).toThrow("Invalid inter_op_thread_pool: 7");
    expect(() => run(model)).toThrow("Invalid inter_op_thread_pool: 7");
    expect(run(load())).toBe(Math.fround(1e-30));
    expect(run(load(Uint8Array.from(noRewriting), Uint8Array.from(threadPool(-1))))).toBe(0);
  });

  it.each([
    ["a config", [Uint8Array.from(noRewriting.slice(0, 3))], "Invalid session config: Unparseable"],
    [
      "run options",
      [undefined, Uint8Array.from([0x18])],
      "Failed to load SavedModel: Unparseable RunOptions",
    ],
  ])("refuses %s that can't be parsed, and leaves nothing loaded", (_, options, message) => {
    expect(() => load(...options)).toThrow(message);
    expect(binding.getNumOfSavedModels()).toBe(0);
  });

  it.each([
    ["text", "R"],
    ["null", null],
    ["an array", [1]],
    ["floats", new Float32Array(1)],
  ])("refuses %s for a config or run options", (_, value) => {
    expect(() => load(value)).toThrow(
      "The session config of loadSavedModel() is not a Uint8Array.",
    );
    expect(() => load(undefined, value)).toThrow("The run options of loadSavedModel()");
    expect(binding.getNumOfSavedModels()).toBe(0);
  });

  it("keeps no input of a run that failed", { tags: "slow" }, () => {
    const model = load();
    const megabytes = 16;
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 40; i++) {
      const large = tf.ones([megabytes, 1 << 18]);
      const run = () => binding.runSavedModel(model, [idOf(large)], "x:1", "y:0");
      expect(run).toThrow("does not have output");
      large.dispose();
    }
    // Kept, they would be 40; the allocator gives some back late.
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(20 * megabytes);
  });
});
