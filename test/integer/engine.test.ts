import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/integer/index.js";
import { constant, oneOp, tensor } from "./oneOp.js";

/** A dense layer of two units by hand: [1 2 3; −1 0 1] · (x − 10) + [4, 5], its accumulators × 1/8. */
function dense(output = tensor([1, 2], { scale: Float32Array.of(1) }), keep = true) {
  const codes = [1, 2, 3, -1, 0, 1];
  const input = tensor([1, 3], {
    scale: Float32Array.of(0.25),
    zeroPoint: Int32Array.of(10),
    name: "x",
  });
  const kernel = constant([2, 3], 0.5, (i) => codes[i]!);
  const bias = constant([2], 0.125, (i) => 4 + i, "int32");
  const op = { type: "fullyConnected", activation: "none" } as const;
  return oneOp(op, [input, kernel, bias, output], { accumulators: keep });
}

describe("an engine", () => {
  it("computes a dense layer that was computed by hand, and keeps its accumulators", () => {
    const engine = dense();
    // 1·10 + 2·20 + 3·30 + 4 = 144 and −10 + 30 + 5 = 25; an eighth: 18 and 3.125.
    expect(engine.run([[20, 30, 40]])).toEqual([Int16Array.of(18, 3)]);
    expect(engine.accumulators(0)).toEqual(Int32Array.of(144, 25));
    expect(engine.codes(0)).toEqual(Int16Array.of(20, 30, 40));
    expect(engine.codes(3)).toEqual(Int16Array.of(18, 3));
    expect(dense(undefined, false).accumulators(0)).toBeUndefined();
  });

  it("gives an int32 output its accumulators as they are", () => {
    const engine = dense(tensor([1, 2], { type: "int32", scale: Float32Array.of(0.125) }));
    expect(engine.run([[20, 30, 40]])).toEqual([Int32Array.of(144, 25)]);
  });

  it("returns copies of outputs, and views of tensors", () => {
    const engine = dense();
    const [first] = engine.run([[20, 30, 40]]);
    const view = engine.codes(3);
    engine.run([[10, 10, 10]]);
    expect(first).toEqual(Int16Array.of(18, 3));
    // 4 / 8 is a half, which goes to the even 0; 5 / 8 is rounded up.
    expect(view).toEqual(Int16Array.of(0, 1));
  });

  it("clamps to a tensor's own ends, and to those of a fused activation", () => {
    expect(
      dense(tensor([1, 2], { scale: Float32Array.of(1), largest: 15 })).run([[20, 30, 40]]),
    ).toEqual([Int16Array.of(15, 3)]);
    const input = tensor([1, 2], { scale: Float32Array.of(0.5) });
    const output = tensor([1, 2], { scale: Float32Array.of(0.5), zeroPoint: Int32Array.of(-5) });
    const relu6 = oneOp({ type: "relu", activation: "relu6" }, [input, output]);
    expect(relu6.run([[-3, 100]])).toEqual([Int16Array.of(-5, 7)]);
  });

  it("refuses other numbers of inputs and codes, and unknown options", () => {
    const engine = dense();
    expect(() => engine.run([])).toThrow("invalid inputs: 0 (expected 1)");
    expect(() => engine.run([[1, 2]])).toThrow(
      "invalid input `x`: 2 codes (expected 3 codes, as in the shape 1×3)",
    );
    const program = { name: "", kernel: "xnnpack", tensors: [], ops: [], inputs: [], outputs: [] };
    expect(() => createEngine(program as never, { acumulators: true } as never)).toThrow(
      "accumulators",
    );
  });

  it("refuses an index outside of a table", () => {
    const indices = tensor([1, 2], { type: "int32", name: "words" });
    const engine = oneOp({ type: "gather" }, [
      indices,
      constant([3, 2], 1, (i) => i),
      tensor([1, 2, 2]),
    ]);
    expect(engine.run([[2, 0]])).toEqual([Int16Array.of(4, 5, 0, 1)]);
    expect(() => engine.run([[3, 0]])).toThrow("invalid index in `words`: 3 (expected 0 to 2)");
  });

  it("refuses weights with a zero point, by their name", () => {
    const kernel = { ...constant([1, 1], 1, () => 1), name: "kernel", zeroPoint: Int32Array.of(3) };
    const bias = constant([1], 1, () => 0, "int32");
    const op = { type: "fullyConnected", activation: "none" } as const;
    expect(() => oneOp(op, [tensor([1, 1]), kernel, bias, tensor([1, 1])])).toThrow(
      "invalid weights `kernel`: zero points 3",
    );
  });

  it.each(["hardSwish", "softmax"] as const)(
    "refuses 16-bit codes for %s, whose arithmetic there isn't known",
    (type) => {
      const wide = tensor([1, 2], { type: "int16", name: "wide" });
      expect(() => oneOp({ type }, [wide, wide])).toThrow(
        "invalid tensor `wide`: int16 (expected int8 for this op",
      );
    },
  );
});
