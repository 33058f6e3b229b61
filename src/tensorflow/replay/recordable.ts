import type { Recordable } from "../compile/recordable.js";
import type { Tap } from "../compile/tap.js";
import type { DataId, TensorMetadata } from "../loading/nodeBackend.js";
import { tf } from "../tf.js";
import { cpuBackend, type Stored } from "./backend.js";
import { callAttribute, type KernelSignature, type Viewed } from "./call.js";
import { dtypeNumber } from "./dtypes.js";

/** The numbers of values: tensors of one number share their memory and their order, if not their shape. */
const numbers = new WeakMap<DataId, number>();
let next = 1;

function numberOf(data: DataId): number {
  let number = numbers.get(data);
  if (number === undefined) {
    number = next++;
    numbers.set(data, number);
  }
  return number;
}

/** @internal tfjs's `cpu` backend, whose kernels are written down as ops. */
export function cpuRecordable(): Recordable {
  const backend = cpuBackend();
  const find = (data: DataId) => (backend.data.has(data) ? backend.data.get(data) : undefined);
  return {
    float: dtypeNumber("float32"),
    idsOf: (tensors) => tensors.map(({ dataId }) => numberOf(dataId)),
    dtypeOf: ({ dtype }) => dtypeNumber(dtype),
    givenTo: (data) => find(data) as { values: never } | undefined,
    describe(data) {
      const { values, dtype } = backend.data.get(data);
      return { shape: [values.length], dtype: dtypeNumber(dtype), values: () => values as never };
    },
    numberOf,
    refCount: (data) => backend.refCount(data),
    separate(variable) {
      const { values } = backend.data.get(variable.dataId);
      const copy = tf.tensor(values.slice(), variable.shape, variable.dtype as "float32");
      variable.assign(copy);
      copy.dispose();
    },
    keepAlive(dataId) {
      const { values, dtype } = backend.data.get(dataId);
      const shape = [values.length];
      const tensor = tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
      backend.incRef(dataId);
      return tf.keep(tensor);
    },
    install: (tap) => install(tap),
  };
}

/** Puts a tap on the backend's kernels and its memory; returns a function that takes the tap away. */
function install<Upload>(tap: Tap<Upload>): () => void {
  const backend = cpuBackend();
  if (Object.hasOwn(backend, "write")) throw new Error("a trace is already being recorded");
  const { write, readSync } = backend;
  /** Data that JavaScript gave in this trace, until a kernel takes them. */
  const given = new WeakSet<DataId>();
  let within = 0;
  const silent = () => within > 0 || tap.paused;
  const take = (data: DataId) => {
    tap.taken(numberOf(data), data, given.has(data) ? tap.uploading(data) : undefined);
    given.delete(data);
  };
  backend.write = (...call) => {
    const data = write.apply(backend, call);
    if (!silent()) {
      given.add(data);
      tap.written(data);
    }
    return data;
  };
  backend.readSync = (data) => {
    if (!silent()) tap.reading(data);
    return readSync.call(backend, data);
  };
  const kernels = tf.getKernelsForBackend("cpu");
  const originals = kernels.map(({ kernelFunc }) => kernelFunc);
  kernels.forEach((kernel, i) => {
    kernel.kernelFunc = (call) => {
      const listens = !silent();
      const inputs = listens ? present(call.inputs) : [];
      for (const [, { dataId }] of inputs) take(dataId);
      within++;
      try {
        const results = originals[i]!(call);
        const outputs = [results].flat() as tf.Tensor[];
        if (listens) note(tap, kernel.kernelName, call, inputs, outputs);
        return results;
      } finally {
        within--;
      }
    };
  });
  return () => {
    kernels.forEach((kernel, i) => {
      kernel.kernelFunc = originals[i]!;
    });
    for (const method of ["write", "readSync"] as const)
      delete (backend as Partial<typeof backend>)[method];
  };
}

type Input = [key: string, tensor: tf.Tensor];

/** A kernel's inputs by their names, without those that a call leaves out. */
function present(inputs: object): Input[] {
  return Object.entries(inputs).filter(([, tensor]) => tensor?.dataId) as Input[];
}

/** Writes down a kernel's call, unless it only gives its input another shape. */
function note(
  tap: Tap<unknown>,
  name: string,
  call: { inputs: object; attrs?: object },
  inputs: Input[],
  outputs: tf.Tensor[],
): void {
  const taken = new Set(inputs.map(([, { dataId }]) => dataId));
  if (outputs.every(({ dataId }) => taken.has(dataId))) return;
  const stored = inputs.map(([, { dataId }]) => cpuBackend().data.get(dataId));
  const signature: KernelSignature = {
    attrs: { ...call.attrs },
    list: Array.isArray(call.inputs),
    engine: outputs.some((output) => output instanceof tf.Tensor),
    inputs: inputs.map(([key, { shape, dtype }]) => ({ key, shape: [...shape], dtype })),
    views: outputs.map(({ dataId }) => viewIn(stored, cpuBackend().data.get(dataId))),
  };
  const ids = inputs.map(([, { dataId }]) => numberOf(dataId));
  tap.executed([name, [callAttribute(signature)], ids, outputs.length], outputs.map(metadata));
}

function metadata({ dataId, shape, dtype }: tf.Tensor): TensorMetadata {
  return { id: numberOf(dataId), shape: [...shape], dtype: dtypeNumber(dtype) };
}

/** The input in whose memory an output lies, and where; `undefined` if the output has memory of its own. */
function viewIn(inputs: Stored[], { values }: Stored): Viewed | undefined {
  const input = inputs.findIndex((one) => values && one.values?.buffer === values.buffer);
  if (input < 0) return undefined;
  const offset = (values.byteOffset - inputs[input]!.values.byteOffset) / values.BYTES_PER_ELEMENT;
  return { input, offset };
}
