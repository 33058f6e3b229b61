import { describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { arrayOperations } from "./operations/arrays.js";
import { elementwiseOperations } from "./operations/elementwise.js";
import { imageOperations } from "./operations/images.js";

const { tf } = q;

/** Shape, type and bytes. */
function identity(tensors: q.tf.Tensor | q.tf.Tensor[]): unknown {
  return [tensors].flat().map((tensor) => ({
    dtype: tensor.dtype,
    shape: tensor.shape,
    bytes: Buffer.from(tensor.dataSync().slice().buffer).toString("hex"),
  }));
}

const operations = [...elementwiseOperations, ...arrayOperations, ...imageOperations];

describe("each op of TensorFlow.js's", () => {
  it.each(operations)(
    "%s makes the same bytes in a graph",
    { tags: "slow" },
    (_, fn, makeArguments) => {
      tf.tidy(() => {
        const args = makeArguments();
        const expected = identity(fn(...args));
        const compiled = q.compile(fn, { rewrite: false });
        for (let call = 0; call < 4; call++) expect(identity(compiled(...args))).toEqual(expected);
        compiled.dispose();
      });
    },
  );
});
