import type { OpAttribute } from "../loading/nodeBackend.js";
import type { tf } from "../tf.js";

/** @internal An output that lies in the memory of an input, from this element on. */
export interface Viewed {
  input: number;
  offset: number;
}

/** @internal A kernel's call without its tensors: what decides, together with their values, what it gives. */
export interface KernelSignature {
  attrs: Record<string, unknown>;
  inputs: { key: string; shape: number[]; dtype: tf.DataType }[];
  /** Whether the kernel takes its inputs as a list. */
  list: boolean;
  /** Whether the kernel gave tensors of tfjs's engine, as one that computes with tfjs's ops does. */
  engine: boolean;
  /** For each output, the input in whose memory it lies. */
  views: (Viewed | undefined)[];
}

/** @internal A kernel's call as an attribute of an op in a trace. */
export function callAttribute(signature: KernelSignature): OpAttribute {
  return { name: "call", type: 0, value: signature };
}

/** @internal The call of an op that the `cpu` backend's recorder wrote down. */
export function signatureOf({ attributes }: { attributes: OpAttribute[] }): KernelSignature {
  return attributes[0]!.value as KernelSignature;
}
