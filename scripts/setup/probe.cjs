// Loads TensorFlow as the library does and prints facts about it as JSON. The program runs in a separate
// process, since a native library that doesn't fit its machine ends the whole process.
const { createRequire } = require("node:module");
const { join } = require("node:path");
const os = require("node:os");
const util = require("node:util");

process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
// tfjs-node 4.22 still calls functions that Node 23 removed.
Object.assign(util, {
  isNullOrUndefined: (/** @type {unknown} */ value) => value === null || value === undefined,
  isArray: Array.isArray,
});

const tf = createRequire(join(process.argv[2], "probe.js"))("@tensorflow/tfjs-node");
const { binding } = tf.backend();
const sum = tf.tidy(
  () =>
    tf
      .matMul(tf.ones([2, 3]), tf.ones([3, 2]))
      .sum()
      .dataSync()[0],
);
if (sum !== 12) throw new Error(`TensorFlow computes wrongly: ${sum} (expected 12)`);
process.stdout.write(
  JSON.stringify({
    tensorflow: binding.TF_Version,
    tfjs: tf.version["tfjs-core"],
    backend: tf.getBackend(),
    sessionConfig: binding.sessionConfig === true,
    threads: Number(process.env.TF_NUM_INTRAOP_THREADS) || os.availableParallelism(),
  }),
);
