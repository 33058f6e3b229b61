import { nodeBackend } from "../loading/nodeBackend.js";
import type { Trace } from "./values.js";
import { workOf } from "./work.js";

/** @internal How a session is made and run: bytes of TensorFlow's messages. */
export interface SessionOptions {
  /** A `ConfigProto`. */
  config?: Uint8Array;
  /** `RunOptions` of each call. */
  runOptions?: Uint8Array;
}

/** Turns TensorFlow's rewriting of graphs off: graph_options { rewrite_options { disable_meta_optimizer: true } }. */
const asTraced = Uint8Array.of(0x52, 0x05, 0x52, 0x03, 0x98, 0x01, 0x01);

/** Lets it go over a graph once instead of twice: graph_options { rewrite_options { meta_optimizer_iterations: ONE } }. */
const rewrittenOnce = Uint8Array.of(0x52, 0x04, 0x52, 0x02, 0x60, 0x01);

/** One thread for an op's parts: intra_op_parallelism_threads: 1. */
const oneThread = Uint8Array.of(0x10, 0x01);

/** Ops run in the caller's thread: inter_op_thread_pool: -1. */
const callersThread = Uint8Array.of(0x18, ...Array<number>(9).fill(0xff), 0x01);

/**
 * Graphs of less work than this are faster in one thread: waking another thread takes longer than most of their
 * ops. Measured with two threads, time in one thread by that in two: the digits' network at 8 million (batch
 * 64) 0.5–0.7, at 34 million (256) 1.0–1.2, at 68 million 1.5; an LSTM at 2 million 0.25, at 40 million 0.5; a
 * convolutional network for MNIST at 50 million (16) 0.6, at 400 million (128) 1.6.
 */
const smallWork = 50e6;

/**
 * Graphs of less work than this aren't rewritten by TensorFlow, which takes 5 times as long as the rest of a
 * session's preparation: a transformer at 260 million takes 0.2 to 0.3 s more for steps that are as long (min of 150
 * steps 8.6 to 9.7 ms with, 8.9 to 9.4 without), a small network steps that are 1 to 5 % shorter. A convolutional
 * network for MNIST at 400 million has steps that are 5 to 15 % shorter.
 */
const worthRewriting = 300e6;

/**
 * @internal
 * The options that suit a trace. Large graphs are rewritten, once, which makes them as fast as twice. A graph that
 * mustn't be rewritten keeps the number of threads too, since sums depend on it. A session with options needs the
 * set-up's binding, and `TF_OVERRIDE_GLOBAL_THREADPOOL=1` when the library is loaded; without them graphs run in the
 * threads that all ops share.
 */
export function sessionOptions(trace: Trace, { rewrite }: { rewrite: boolean }): SessionOptions {
  if (!nodeBackend().binding.sessionConfig) return {};
  const small = workOf(trace) < smallWork;
  const runOptions = small ? callersThread : undefined;
  if (isOptimized(trace, { rewrite })) return { config: rewrittenOnce };
  const config = small && rewrite ? Uint8Array.of(...oneThread, ...asTraced) : asTraced;
  return { config, runOptions };
}

/** @internal Whether TensorFlow rewrites a graph before it runs it. */
export function isOptimized(trace: Trace, { rewrite }: { rewrite: boolean }): boolean {
  if (!nodeBackend().binding.sessionConfig) return true;
  return rewrite && workOf(trace) >= worthRewriting;
}
