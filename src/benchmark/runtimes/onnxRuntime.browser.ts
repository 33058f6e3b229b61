import type { Contender, Entry } from "../contender.js";

/** @internal A browser has no onnxruntime-node. */
export async function openOnnx({ name }: Entry): Promise<Contender> {
  throw new Error(
    `q.benchmark can't run ${name} in a browser, which has no onnxruntime-node (run the notebook in Node for it: npx qatlab start; models can be compared here)`,
  );
}
