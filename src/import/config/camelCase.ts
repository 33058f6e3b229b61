/** @internal A name in TensorFlow.js's way of writing, as in `kernelSize` for `kernel_size`. */
export function camelCase(name: string): string {
  return name.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** @internal A class in Keras' way of naming what it saves, as in `conv2d` for `Conv2D`. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
