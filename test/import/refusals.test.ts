import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { editedConfig, editedWeights, zipOf } from "./edit.js";
import { fileOf } from "./golden.js";

const { tf } = q;

/** An error's message, and the number of tensors that the load left. */
async function refused(
  file: q.models.ModelSource,
  options?: q.models.LoadOptions,
): Promise<string> {
  const before = tf.memory().numTensors;
  const error = await q.models.load(file, options).then(
    () => new Error("it was loaded"),
    (reason: Error) => reason,
  );
  expect(tf.memory().numTensors).toBe(before);
  return error.message;
}

describe("a file that can't be loaded is refused by name", () => {
  const cases: [string, (text: string) => string, string][] = [
    [
      "a Lambda layer",
      (text) => text.replace('"ReLU"', '"Lambda"'),
      'layer "re_lu" (Lambda) runs code of Python\'s',
    ],
    [
      "a class that isn't known",
      (text) => text.replace('"ReLU"', '"Wavelet"'),
      'layer "re_lu" (Wavelet) is of a class that isn\'t known (give it, as in { customObjects: { Wavelet: class',
    ],
    [
      "an operation outside of layers",
      (text) =>
        text.replace(
          /"module": "keras.layers", "class_name": "ReLU"/,
          '"module": "keras.src.ops.numpy", "class_name": "Exp"',
        ),
      "is an operation outside of layers, keras.src.ops.numpy.Exp",
    ],
    [
      "grouped convolutions",
      (text) => text.replace('"groups": 1', '"groups": 2'),
      'layer "conv2d" (Conv2D) has groups 2, which',
    ],
    [
      "an activation",
      (text) => text.replace('"activation": "elu"', '"activation": "wave"'),
      'layer "separable_conv2d" (SeparableConv2D) has the activation wave, which isn\'t known',
    ],
    [
      "a regularizer",
      (text) => text.replace('"class_name": "L2"', '"class_name": "OrthogonalRegularizer"'),
      'layer "conv2d" (Conv2D) has the regularizer OrthogonalRegularizer',
    ],
    [
      "quantized weights",
      (text) =>
        text.replace(/"config": \{"name": "float32"\}/, '"config": {"name": "int8_from_float32"}'),
      "computes in int8_from_float32",
    ],
    [
      "a model of another class",
      (text) => text.replace('"class_name": "Functional"', '"class_name": "Mine"'),
      "the model is of the class Mine",
    ],
    [
      "a text as input",
      (text) => text.replace('"dtype": "float32", "sparse"', '"dtype": "string", "sparse"'),
      'layer "images" (InputLayer) takes values of type string',
    ],
    [
      "a constant in a call",
      (text) => text.replace(/"args": \[\[/, '"args": [3, ['),
      "is called with 3, which isn't a tensor",
    ],
    [
      "a circle",
      (text) =>
        text.replace(
          '"keras_history": ["conv2d", 0, 0]',
          '"keras_history": ["batch_normalization", 0, 0]',
        ),
      "depend on its own output",
    ],
    [
      "a layer that doesn't exist",
      (text) =>
        text.replaceAll('"keras_history": ["conv2d", 0, 0]', '"keras_history": ["nowhere", 0, 0]'),
      'reads layer "nowhere", which doesn\'t exist',
    ],
    [
      "the same name twice",
      (text) => text.replaceAll('"name": "re_lu"', '"name": "conv2d"'),
      'two layers have the name "conv2d"',
    ],
    [
      "other shapes of weights",
      (text) => text.replace('"units": 3', '"units": 2'),
      'layer "dense" (Dense) has a weight kernel of shape [3, 2], and the file has [3, 3] for it',
    ],
    [
      "more weights than the file has",
      (text) => text.replace('"units": 3', '"units": 3000000000'),
      'layer "dense" has a weight kernel of shape [3, 3000000000], and the file has too few values',
    ],
    [
      "a bias that isn't in the file",
      (text) => text.replace('"use_bias": false', '"use_bias": true'),
      'the weight bias of layer "conv2d" (Conv2D) isn\'t in the file',
    ],
    [
      "a bias that is left over",
      (text) => text.replace(/("units": 3.{1,80}"use_bias": )true/, "$1false"),
      "no layer has a weight for layers/dense/vars/1",
    ],
    [
      "weights of another model",
      (text) => text.replaceAll('"batch_normalization_1"', '"other"'),
      'holds the weights of layer "batch_normalization_1" (expected those of layer "other"',
    ],
  ];
  it.each(cases)("%s", async (_, change, words) => {
    expect(await refused(await editedConfig("cnn", change))).toContain(words);
  });

  it("zeros where steps are masked", async () => {
    const file = await editedConfig("masked", (text) =>
      text.replaceAll('"zero_output_for_mask": false', '"zero_output_for_mask": true'),
    );
    expect(await refused(file)).toContain('layer "lstm" (LSTM) returns zeros for steps');
  });

  it("zeros where steps are masked, in a wrapper", async () => {
    const file = await editedConfig("masked", (text) =>
      text.replace(/"class_name": "Bidirectional".*?"inbound_nodes"/s, (part) =>
        part.replace(/("return_sequences"|"zero_output_for_mask"): false/g, "$1: true"),
      ),
    );
    expect(await refused(file)).toContain(
      'layer "bidirectional" (Bidirectional) returns zeros for steps',
    );
  });

  it("a mask of another kind", async () => {
    const file = await editedConfig("masked", (text) =>
      text.replace('"mask_zero": true', '"mask_zero": false'),
    );
    expect(await refused(file)).toContain(
      'layer "not_equal" (NotEqual) is an operation outside of layers',
    );
  });

  it("as .h5: missing, exchanged and left-over weights", async () => {
    const { model } = { model: fileOf("mlp", "h5") };
    const edited = (from: string, to: string) => editedWeights(model, from, to);
    expect(await refused(edited("mlp/dense/kernel", "mlp/dense/kennel"))).toMatch(
      /can't be read|is mlp\/dense|isn't in the file/,
    );
    expect(await refused(edited('"use_bias": true', '"use_bias":false'))).toContain(
      "no layer has a weight for model_weights/dense",
    );
    expect(await refused(edited("model_config", "modem_config"))).toContain("has no model_config");
  });

  it("an argument, before anything is read", async () => {
    expect(await refused(7 as never)).toContain("invalid file: 7 (expected a path");
    expect(await refused("ftp://example.org/a.keras")).toContain("invalid file: ftp://");
    expect(await refused("nowhere.keras")).toContain("missing file:");
    expect(await refused("a", { checksum: 1 } as never)).toContain(
      "invalid option of q.models.load: checksum",
    );
    expect(await refused("a", { sha256: "abc" })).toContain(
      "invalid sha256: abc (expected 64 hexadecimal digits",
    );
    expect(await refused("a", { maxBytes: 0 })).toContain("invalid maxBytes: 0");
    expect(await refused("a", { customObjects: { A: 1 } } as never)).toContain(
      "invalid customObjects.A: 1",
    );
    expect(await refused(new Uint8Array(9))).toContain(
      "cannot load the model: it is of no format that is known",
    );
    expect(await refused(fileOf("mlp", "h5"), { maxBytes: 100 })).toContain("expected at most 100");
  });

  it("a checksum in a .keras file that doesn't fit", async () => {
    const bytes = fileOf("mlp", "keras");
    bytes[bytes.indexOf(0x48, 200) + 9000]! ^= 1;
    expect(await refused(bytes)).toMatch(/checksum|damaged/);
  });

  it("a graph model, weights in another file, a path outside", async () => {
    const json = (value: object) => new TextEncoder().encode(JSON.stringify(value));
    const topology = { class_name: "Sequential", config: { name: "m", layers: [] } };
    expect(await refused(json({ format: "graph-model", modelTopology: { node: [] } }))).toContain(
      "it is a graph model",
    );
    const manifest = (path: string) =>
      json({ modelTopology: topology, weightsManifest: [{ paths: [path], weights: [] }] });
    expect(await refused(manifest("a.bin"))).toContain("the weights are in another file, a.bin");
    for (const path of ["../a.bin", "/a.bin", "http://x/a.bin", "a\\b"]) {
      expect(await refused(manifest(path))).toContain("invalid path of weights");
    }
  });

  it("an archive that lacks a part", async () => {
    expect(await refused(zipOf({ "readme.txt": "hello" }))).toContain(
      "the archive has no config.json",
    );
  });
});

describe("a layer of a user's", () => {
  class Twice extends tf.layers.Layer {
    static readonly className = "Twice";
    override call(inputs: q.tf.Tensor | q.tf.Tensor[]): q.tf.Tensor {
      return tf.tidy(() => [inputs].flat()[0]!.mul(2));
    }
  }

  it("comes by customObjects, for this load alone", async () => {
    const file = await editedConfig("cnn", (text) =>
      text.replace(
        /"class_name": "Softmax", "config": \{.*?"axis": -1\}/,
        '"class_name": "Twice", "config": {"name": "softmax"}',
      ),
    );
    const model = await q.models.load(file, { customObjects: { Twice } });
    expect(model.layers.at(-1)!.getClassName()).toBe("Twice");
    model.dispose();
    expect(await refused(file)).toContain(
      'layer "softmax" (Twice) is of a class that isn\'t known',
    );
  });
});
