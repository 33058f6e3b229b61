import { type DataId, dtypeOf, nodeBackend } from "../loading/nodeBackend.js";
import type { Recordable } from "./recordable.js";
import { install } from "./tap.js";
import { keepAlive, separate } from "./tensorData.js";

/** @internal TensorFlow's backend, whose tensors have numbers of their own. */
export function nativeRecordable(): Recordable {
  const backend = nodeBackend();
  const { binding, tensorMap } = backend;
  const find = (data: DataId) => (data && tensorMap.has(data) ? tensorMap.get(data) : undefined);
  return {
    float: binding.TF_FLOAT,
    idsOf: (tensors) => backend.getInputTensorIds(tensors),
    dtypeOf,
    givenTo: find,
    describe(data) {
      const { shape, dtype, id } = tensorMap.get(data);
      return { shape, dtype, values: () => binding.tensorDataSync(id) };
    },
    numberOf(data) {
      const info = find(data);
      return info?.values === null ? info.id : undefined;
    },
    refCount: (data) => backend.refCount(data),
    separate,
    keepAlive,
    install: (tap) => install(backend, tap),
  };
}
