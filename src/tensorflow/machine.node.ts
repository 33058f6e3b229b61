import { availableParallelism } from "node:os";

/** Node's version. */
export const nodeVersion: string | null = process.versions.node;

/** TensorFlow's pool has a thread for each processor, unless a variable of the environment says otherwise. */
export function nativeThreads(): number {
  const set = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return Number.isInteger(set) && set > 0 ? set : availableParallelism();
}
