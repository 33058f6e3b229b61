import { sha256 } from "../../datasets/index.js";
import { flatLayers, inOrder } from "../../graph/index.js";
import type { IntegerProgram } from "../../integer/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { Manifest } from "./form.js";
import { programIn } from "./integers.js";

/** A tensor, or a weight. */
interface Values {
  name: string;
  shape: readonly (number | null)[];
  values: Float32Array;
}

/** @internal The SHA-256 digest of a manifest's entries but the digest itself, as JSON without spaces. */
export async function ownDigest({ sha256: _, ...entries }: Manifest): Promise<string> {
  return await sha256(new TextEncoder().encode(JSON.stringify(entries)));
}

/**
 * @internal
 * The SHA-256 digest of a model's weights, or of an integer model's constants. The digest of weights is that of the layers'
 * names and the shapes as JSON in a line, then the float32 values, with the lowest byte first. The digest of constants is that of
 * names, types and shapes as JSON in a line, then for each constant the scales in float32 and the codes in the bytes of
 * their type. Neither freezing a layer nor saving and loading the model changes the digest.
 */
export async function weightsDigest(model: tf.LayersModel): Promise<string> {
  const program = programIn(model);
  if (program) return await constantsDigest(program);
  const weights = flatLayers(model).flatMap((layer) =>
    inOrder(layer).map((weight) => ({
      name: layer.name,
      shape: weight.shape,
      values: weight.read().dataSync<"float32">(),
    })),
  );
  return await digestOf(weights);
}

async function constantsDigest({ tensors }: IntegerProgram): Promise<string> {
  const constants = tensors.filter(({ codes }) => codes);
  const head = JSON.stringify(constants.map(({ name, type, shape }) => [name, type, shape]));
  const parts = constants.flatMap(({ scale, codes }) => [bytesOf(scale), bytesOf(codes!)]);
  const line = new TextEncoder().encode(`${head}\n`);
  return await sha256(await bytesIn(new Blob([line, ...parts])));
}

/** The bytes of a typed array, the lowest first, as on all machines that run Node. */
function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

async function bytesIn(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** @internal The SHA-256 digest of tensors: shapes as JSON in a line, then the values as float32. */
export async function tensorsDigest(tensors: readonly tf.Tensor[]): Promise<string> {
  const data = tensors.map((tensor) => ({
    name: "",
    shape: tensor.shape,
    values: Float32Array.from(tensor.dataSync()),
  }));
  return await digestOf(data);
}

async function digestOf(tensors: readonly Values[]): Promise<string> {
  const head = JSON.stringify(tensors.map(({ name, shape }) => [name, shape]));
  const line = new TextEncoder().encode(`${head}\n`);
  const total = tensors.reduce((sum, { values }) => sum + 4 * values.length, line.length);
  const bytes = new DataView(new ArrayBuffer(total));
  new Uint8Array(bytes.buffer).set(line);
  let at = line.length;
  for (const { values } of tensors) {
    for (const value of values) {
      bytes.setFloat32(at, value, true);
      at += 4;
    }
  }
  return await sha256(new Uint8Array(bytes.buffer));
}
