import type { Binding, DataId, NodeBackend, TensorMetadata } from "../loading/nodeBackend.js";

/** @internal A listener that is told what tfjs does with the native backend. */
export interface Tap<Upload> {
  /** Whether the listener is told nothing now. */
  readonly paused: boolean;
  /** Values were given to tfjs, which uploads them when an op first takes them. */
  written(data: DataId): void;
  /** Called before a tensor is handed to the binding; returns the data that will be uploaded for it, if any. */
  uploading(data: DataId): Upload | undefined;
  /** A tensor was handed to the binding, by this number. */
  taken(id: number, data: DataId, upload: Upload | undefined): void;
  executed(call: Parameters<Binding["executeOp"]>, outputs: TensorMetadata[]): void;
  /** JavaScript is about to read values. */
  reading(data: DataId): void;
}

/** @internal Puts a tap between tfjs and the binding; returns a function that takes the tap away. */
export function install<Upload>(backend: NodeBackend, tap: Tap<Upload>): () => void {
  const { binding, getInputTensorIds, write, readSync } = backend;
  if (Object.hasOwn(backend, "getInputTensorIds")) {
    throw new Error("a trace is already being recorded");
  }
  backend.binding = Object.create(binding, {
    executeOp: {
      value: (...call: Parameters<Binding["executeOp"]>) => {
        const outputs = binding.executeOp(...call);
        if (!tap.paused) tap.executed(call, outputs);
        return outputs;
      },
    },
  });
  backend.getInputTensorIds = (tensors) => {
    if (tap.paused) return getInputTensorIds.call(backend, tensors);
    const uploads = tensors.map(({ dataId }) => tap.uploading(dataId));
    const ids = getInputTensorIds.call(backend, tensors);
    ids.forEach((id, i) => {
      tap.taken(id, tensors[i]!.dataId, uploads[i]);
    });
    return ids;
  };
  backend.write = (...call) => {
    const data = write.apply(backend, call);
    if (!tap.paused) tap.written(data);
    return data;
  };
  backend.readSync = (data) => {
    if (!tap.paused) tap.reading(data);
    return readSync.call(backend, data);
  };
  return () => {
    backend.binding = binding;
    for (const method of ["getInputTensorIds", "write", "readSync"] as const) {
      delete (backend as Partial<NodeBackend>)[method];
    }
  };
}
