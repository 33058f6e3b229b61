import { expect, it } from "vitest";
import * as q from "../../../src/index.js";

const { tf } = q;

// A recursion along such a chain overflows the stack.
it.each([true, false])(
  "a chain of 8,000 ops becomes a graph, rewritten: %s",
  { tags: "slow" },
  (rewrite) => {
    const ops = 8000;
    const chain = q.compile(
      (x: q.tf.Tensor) => {
        let y = x;
        for (let i = 0; i < ops; i++) y = tf.add(y, x);
        return y;
      },
      { rewrite },
    );
    for (let call = 0; call < 3; call++) {
      tf.tidy(() => {
        expect(chain(tf.scalar(1)).dataSync()[0]).toBe(ops + 1);
      });
    }
    chain.dispose();
  },
);
