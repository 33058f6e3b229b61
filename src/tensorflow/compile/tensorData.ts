import { type DataId, nodeBackend } from "../loading/nodeBackend.js";
import { tf } from "../tf.js";

/** @internal Gives a variable a copy of its values, if other tensors share them. */
export function separate(variable: tf.Variable): void {
  const backend = nodeBackend();
  const { dtype } = backend.tensorMap.get(variable.dataId);
  const type = { name: "T", type: backend.binding.TF_ATTR_TYPE, value: dtype };
  const copy = backend.executeSingleOutput("Identity", [type], [variable]);
  variable.assign(copy);
  copy.dispose();
}

/** @internal A tensor that keeps values alive until it is disposed; outside of any tidy. */
export function keepAlive(dataId: DataId): tf.Tensor {
  const backend = nodeBackend();
  const { TF_FLOAT, TF_INT32 } = backend.binding;
  const { shape, dtype: type } = backend.tensorMap.get(dataId);
  const dtype = type === TF_FLOAT ? "float32" : type === TF_INT32 ? "int32" : "bool";
  const tensor = tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
  backend.incRef(dataId);
  return tf.keep(tensor);
}
