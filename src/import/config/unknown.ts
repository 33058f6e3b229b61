import { tf } from "../../tensorflow/index.js";
import { type Described, isModelClass } from "./modelConfig.js";

/** Classes that hold code of Python's, and operations outside of layers. */
const code = [
  "Lambda",
  "TFOpLambda",
  "SlicingOpLambda",
  "ClassMethod",
  "TorchModuleWrapper",
  "JaxLayer",
];

/** @internal @throws Error if a layer's class isn't known; the message has the way out */
export function checkKnown({ className, module }: Described, where: string): void {
  if (code.includes(className)) {
    throw new Error(
      `${where} runs code of Python's, which a file doesn't carry (write it as a layer in both languages, and give it as in { customObjects: { ${className}: … } })`,
    );
  }
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const isOperation = module !== undefined && /\bops\b/.test(module);
  if (isOperation && !joining.includes(className)) {
    throw new Error(
      `${where} is an operation outside of layers, ${module}.${className} (write it as a layer in Python, as in keras.layers.Add)`,
    );
  }
  if (Object.hasOwn(classNameMap, className) && !isModelClass(className)) return;
  throw new Error(
    `${where} is of a class that isn't known (give it, as in { customObjects: { ${className}: class extends q.tf.layers.Layer { … } } }, or register it by q.tf.serialization.registerClass)`,
  );
}

/** Operations on several tensors for which there are layers of the same name. */
const joining = ["Add", "Multiply", "Maximum", "Minimum"];
