import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import * as q from "../../../src/index.js";

const { tf } = q;
type Tensor = q.tf.Tensor;
const x = tf.tensor1d([1, 2, 3]);
const calls = <R>(fn: (x: Tensor) => R, count = 4) => Array.from({ length: count }, () => fn(x));

/** The error with which the function is refused; the check includes that no tensor is left. */
function refusal(fn: (x: Tensor) => Tensor): string {
  const compiled = q.compile(fn);
  const held = tf.memory().numTensors;
  let message = "";
  try {
    for (let i = 0; i < 5; i++) tf.dispose(compiled(x));
  } catch (error) {
    message = (error as Error).message;
  }
  expect(tf.memory().numTensors).toBe(held);
  return message;
}

describe("a function that can't be a graph", () => {
  it("is refused with the op and the line when it reads a value that differs", () => {
    const message = refusal((x) => (x.sum().dataSync()[0]! > 3 ? x.mul(2) : x));
    expect(message).toMatch("dataSync() read the result of Sum");
    expect(message).toMatch(/at .*refusals\.test\.ts:\d+/);
    expect(message).toMatch("tf.where");
    expect(message).toMatch("{ compile: false }");
  });

  it("is refused when it reads an argument or a variable", () => {
    expect(refusal((x) => x.mul(x.dataSync()[0]!))).toMatch("read argument 0");
    const w = tf.variable(tf.scalar(2), false, "read_here");
    expect(refusal((x) => x.mul(w.dataSync()[0]!))).toMatch("variable read_here");
    w.dispose();
  });

  it("may read constants", () => {
    expect(refusal((x) => x.mul(tf.scalar(2).dataSync()[0]!))).toBe("");
  });

  it("is refused when it draws random numbers in JavaScript, seeded or not", () => {
    for (const draw of [
      () => tf.randomUniform([3]),
      () => tf.randomNormal([3], 0, 1, "float32", 7),
      () => tf.truncatedNormal([3], 0, 1, "float32", 7),
    ]) {
      const message = refusal((x) => x.add(draw()));
      expect(message).toMatch(
        /random(Uniform|Normal)|truncatedNormal made random numbers in JavaScript/,
      );
      expect(message).toMatch("q.random");
      expect(message).toMatch(/refusals\.test\.ts:\d+/);
    }
  });

  it("is refused when a constant changes, with both values and the line", () => {
    let rate = 0.5;
    const message = refusal((x) => {
      rate /= 2;
      return x.mul(rate);
    });
    expect(message).toMatch("a constant that Mul takes was 0.125, then 0.0625");
    expect(message).toMatch(/refusals\.test\.ts:\d+/);
    expect(message).toMatch("tensor argument");
  });

  it("is refused when a loop's count changes", () => {
    let count = 0;
    const message = refusal((x) => {
      count++;
      return tf.addN(Array.from({ length: count }, () => x.square()));
    });
    expect(message).toMatch(/it ran \d+ ops? after \d+/);
  });

  it("is refused when each call makes a variable", () => {
    const made: q.tf.Variable[] = [];
    const compiled = q.compile((x: Tensor) => {
      made.push(tf.variable(x));
      return x.square();
    });
    expect(() => calls(compiled)).toThrow("each call makes a variable");
    tf.dispose(made);
  });
});

describe("a call that goes wrong", () => {
  it("says what it expects of a result", () => {
    expect(() => q.compile(() => undefined as never)()).toThrow("returned undefined");
    expect(() => q.compile(() => ({ loss: 3 }) as never)()).toThrow("returned loss: 3");
    expect(() => q.compile(() => [] as never)()).toThrow("no tensor, but an empty array");
    expect(() => q.compile((async () => x) as never)()).toThrow("async function can't be compiled");
  });

  it("passes on what the function throws, at any call, and goes on afterwards", () => {
    let fail = false;
    const compiled = q.compile((x: Tensor) => {
      const y = x.square();
      if (fail) throw new RangeError("of my own");
      return y;
    });
    const held = tf.memory().numTensors;
    tf.dispose(compiled(x));
    fail = true;
    expect(() => compiled(x)).toThrow(RangeError);
    fail = false;
    tf.dispose(calls(compiled));
    expect(tf.memory().numTensors).toBe(held);
    expect([...compiled(x).dataSync()]).toEqual([1, 4, 9]);
    compiled.dispose();
  });

  it("names the argument that the function disposed of", () => {
    const compiled = q.compile((x: Tensor) => {
      const y = x.square();
      x.dispose();
      return y;
    });
    const mine = tf.scalar(3);
    const held = tf.memory().numTensors;
    expect(() => compiled(mine)).toThrow("disposed of tensor 0 of its arguments");
    expect(tf.memory().numTensors).toBe(held - 1);
    expect(() => compiled(mine)).toThrow("tensor 0 of the arguments is disposed");
  });

  it("gives results of their own for a function that returns its argument or a variable", () => {
    const w = tf.variable(tf.scalar(2));
    const compiled = q.compile((x: Tensor) => [x, w]);
    for (const [same, weight] of calls(compiled)) {
      tf.dispose([same!, weight!]);
    }
    expect(x.isDisposed).toBe(false);
    expect(w.dataSync()[0]).toBe(2);
    w.dispose();
  });

  it("is told of a variable that was disposed, and its eager twin works", () => {
    const w = tf.variable(tf.scalar(2), true, "gone");
    const compiled = q.compile((x: Tensor) => x.mul(w));
    tf.dispose(calls(compiled));
    w.dispose();
    expect(() => compiled(x)).toThrow('variable "gone" was disposed');
    const other = q.compile((x: Tensor) => x.mul(2));
    expect([...other.eager(x).dataSync()]).toEqual([2, 4, 6]);
  });

  it("runs as it is inside another compiled function", () => {
    const inner = q.compile((x: Tensor) => x.square());
    tf.dispose(calls(inner));
    const outer = q.compile((x: Tensor) => inner(x).add(1));
    for (const y of calls(outer)) expect([...y.dataSync()]).toEqual([2, 5, 10]);
    outer.dispose();
    inner.dispose();
  });

  it("warns once of ever new shapes, with what they cost", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const compiled = q.compile((x: Tensor) => x.square(), { cacheSize: 3 });
    for (let n = 1; n < 9; n++) tf.dispose(compiled(tf.ones([n])));
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]![0]).toMatch(/4 different shapes.*\d+ ms until now.*pad them/s);
    warn.mockRestore();
    compiled.dispose();
  });

  it("says what to do where the temporary folder can't take the graph", () => {
    const { TMPDIR } = process.env;
    const folder = mkdtempSync(join(tmpdir(), "qatlab-full-"));
    process.env.TMPDIR = join(folder, "missing");
    // No graph of this structure is there yet.
    const compiled = q.compile((x: Tensor) => x.square().square().sqrt());
    const held = tf.memory().numTensors;
    try {
      tf.dispose(compiled(x));
      expect(() => compiled(x)).toThrow(/can't be written to the temporary folder .*TMPDIR/);
      expect(tf.memory().numTensors).toBe(held);
      mkdirSync(process.env.TMPDIR);
      expect(calls(compiled).map((y) => y.dataSync()[1])).toEqual([4, 4, 4, 4]);
    } finally {
      process.env.TMPDIR = TMPDIR;
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      rmSync(folder, { recursive: true });
      compiled.dispose();
    }
  });

  it("refuses a value that isn't a function, and caches of no size", () => {
    expect(() => q.compile(3 as never)).toThrow("invalid function: 3");
    expect(() => q.compile(() => x, { cacheSize: 0 })).toThrow("invalid cacheSize: 0");
  });
});
