import { describe, expect, it } from "vitest";
import { compile } from "../../../src/tensorflow/compile/compile.js";
import { GraphBuilder, messages, type } from "../../../src/tensorflow/compile/graphBuilder.js";
import { savedModelMessage } from "../../../src/tensorflow/compile/graphMessage.js";
import { nodeBackend } from "../../../src/tensorflow/loading/nodeBackend.js";
import { isNative, tf } from "../../../src/tensorflow/tf.js";
import { bits } from "./agreement.js";

/** A graph as tfjs-node's own reader of TensorFlow's messages reads it. */
function read(build: (builder: GraphBuilder) => void) {
  const builder = new GraphBuilder();
  build(builder);
  return messages().GraphDef.deserializeBinary(builder.finish());
}

/** The value of the only node's attribute. */
function attribute(attributeType: number, value: unknown) {
  const graph = read((builder) => {
    builder.add("node", "Op", [], [{ name: "key", type: attributeType, value }]);
  });
  return graph.getNodeList()[0].getAttrMap().get("key");
}

describe.runIf(isNative)("a graph's message", () => {
  const { binding } = isNative ? nodeBackend() : { binding: undefined as never };

  it("has nodes in their order, with inputs and those that come before", () => {
    const graph = read((builder) => {
      builder.add("a", "Const", []);
      builder.add("größe/β", "Add", ["a", "b:1"], [type("T", 1), type("U", 3)]);
      builder.add("a", "Other", ["never"]);
      builder.after("größe/β", "a");
    });
    const nodes = graph.getNodeList().map((node: any) => node.toObject());
    expect(nodes.map(({ name }: any) => name)).toEqual(["a", "größe/β"]);
    expect(nodes.map(({ op }: any) => op)).toEqual(["Const", "Add"]);
    expect(nodes[1].inputList).toEqual(["a", "b:1", "^a"]);
    expect(nodes[1].attrMap.map(([key, value]: any) => [key, value.type])).toEqual([
      ["T", 1],
      ["U", 3],
    ]);
  });

  it("has numbers, truths, texts and shapes, negative and empty ones too", () => {
    for (const i of [0, 1, 127, 128, 16_384, 2 ** 31, 2 ** 40 + 1, -1, -128, -(2 ** 40)]) {
      expect(attribute(binding.TF_ATTR_INT, i).getI()).toBe(i);
    }
    for (const f of [0, 0.1, -1e30, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(attribute(binding.TF_ATTR_FLOAT, f).getF()).toBe(Math.fround(f));
    }
    for (const b of [true, false]) expect(attribute(binding.TF_ATTR_BOOL, b).getB()).toBe(b);
    const text = attribute(binding.TF_ATTR_STRING, "SAME µ").getS_asU8();
    expect(new TextDecoder().decode(text)).toBe("SAME µ");
    const shape = (value: unknown) =>
      attribute(binding.TF_ATTR_SHAPE, value)
        .getShape()
        .getDimList()
        .map((dim: any) => dim.getSize());
    expect(shape([])).toEqual([]);
    expect(shape([2, 0, null, 70_000])).toEqual([2, 0, -1, 70_000]);
  });

  it("has lists", () => {
    const list = (attributeType: number, value: unknown[]) =>
      attribute(attributeType, value).getList();
    expect(list(binding.TF_ATTR_INT, [1, -1, 300]).getIList()).toEqual([1, -1, 300]);
    expect(list(binding.TF_ATTR_FLOAT, [0.5, -2]).getFList()).toEqual([0.5, -2]);
    expect(list(binding.TF_ATTR_BOOL, [true, false]).getBList()).toEqual([true, false]);
    expect(list(binding.TF_ATTR_TYPE, [1, 3, 1]).getTypeList()).toEqual([1, 3, 1]);
    const texts = list(binding.TF_ATTR_STRING, ["a", ""]).getSList_asU8();
    expect(texts.map((bytes: Uint8Array) => new TextDecoder().decode(bytes))).toEqual(["a", ""]);
    expect(list(binding.TF_ATTR_INT, []).getIList()).toEqual([]);
  });

  it("has constants of numbers and of texts", () => {
    const values = Float32Array.from({ length: 300 }, (_, i) => i / 7);
    const graph = read((builder) => {
      builder.constant("numbers", { values, shape: [3, 100], dtype: 1, site: { stack: "" } });
      builder.strings("texts", ["x", "yz"]);
      builder.strings("text", "model");
    });
    const tensors = graph
      .getNodeList()
      .map((node: any) => node.getAttrMap().get("value").getTensor());
    const [numbers, texts, text] = tensors;
    const content = numbers.getTensorContent_asU8().slice();
    expect(new Float32Array(content.buffer)).toEqual(values);
    expect(numbers.toObject().tensorShape.dimList.map(({ size }: any) => size)).toEqual([3, 100]);
    const decoded = (tensor: any) =>
      tensor.getStringValList_asU8().map((bytes: Uint8Array) => new TextDecoder().decode(bytes));
    expect([decoded(texts), decoded(text)]).toEqual([["x", "yz"], ["model"]]);
    expect(text.toObject().tensorShape.dimList).toEqual([]);
    expect([numbers, texts].map((tensor) => tensor.getDtype())).toEqual([1, binding.TF_STRING]);
  });

  it("has a constant of one value once, and TensorFlow fills it", () => {
    for (const [dtype, value] of [
      ["float32", -0],
      ["float32", 1.1],
      ["int32", -7],
      ["bool", 1],
    ] as const) {
      const fill = () => tf.tensor(Array<number>(5000).fill(value), [50, 100], dtype);
      const step = compile((x: tf.Tensor) => {
        const filled = fill();
        return [filled.toFloat().add(x), tf.concat([filled, filled])];
      });
      const expected = step.eager(tf.scalar(-0));
      for (let call = 0; call < 4; call++) {
        const found = step(tf.scalar(-0));
        expect(found.map((y) => bits(y))).toEqual(expected.map((y) => bits(y)));
        tf.dispose(found);
      }
      step.dispose();
      tf.dispose(expected);
    }
    const small = read((builder) => {
      const values = new Float32Array(10_000).fill(3);
      builder.constant("c", { values, shape: [10_000], dtype: 1, site: { stack: "" } });
    });
    expect(small.serializeBinary().length).toBeLessThan(100);
  });

  it("stands in a SavedModel under the tag of those that serve", () => {
    const builder = new GraphBuilder();
    builder.placeholder("x", 1, [null, 3]);
    const bytes = savedModelMessage(builder.finish());
    const model = messages().SavedModel.deserializeBinary(bytes);
    expect(model.getSavedModelSchemaVersion()).toBe(1);
    const [meta] = model.getMetaGraphsList();
    expect(meta.getMetaInfoDef().getTagsList()).toEqual(["serve"]);
    expect(meta.getGraphDef().getNodeList()[0].getName()).toBe("x");
  });
});
