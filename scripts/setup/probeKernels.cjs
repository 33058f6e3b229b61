// Loads TensorFlow and the library's own kernels, computes with one of them, and prints the sets of instructions
// that the processor has. The program runs in a separate process: a kernel that fails may end it.
const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");
const util = require("node:util");

process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
// tfjs-node 4.22 still calls functions that Node 23 removed.
Object.assign(util, {
  isNullOrUndefined: (/** @type {unknown} */ value) => value === null || value === undefined,
  isArray: Array.isArray,
});

const load = createRequire(join(process.argv[2], "probe.js"));
const tf = load("@tensorflow/tfjs-node");
const folder = join(dirname(load.resolve("@tensorflow/tfjs-node/package.json")), "lib", "napi-v8");
const kernels = load(join(folder, "qatlab_kernels.node"));
const backend = tf.backend();
const attributes = [
  { name: "num_bits", type: backend.binding.TF_ATTR_INT, value: 2 },
  { name: "narrow_range", type: backend.binding.TF_ATTR_BOOL, value: false },
];
const inputs = [tf.tensor([-1, 0.5, 1.4, 9]), tf.scalar(0), tf.scalar(3)];
const found = [...backend.executeSingleOutput("QatlabFakeQuant", attributes, inputs).dataSync()];
if (String(found) !== "0,1,1,3")
  throw new Error(`they compute wrongly: ${found} (expected 0,1,1,3)`);
process.stdout.write(JSON.stringify(kernels.instructions()));
