import { printAsShown, type TensorLike, tensorInLine, tensorText } from "../display/index.js";
import { activeRecorder } from "./compile/recorder.js";
import { tf } from "./tf.js";

/** @internal Lets `console.log` print tensors as a notebook shows them in text, those inside other values in a line each. */
export function printTensors(): void {
  const text = whileAside(tensorText);
  printAsShown(
    tf.Tensor.prototype,
    (tensor) => ({ "text/plain": text(tensor) }),
    whileAside(tensorInLine),
  );
}

/** Printing reads values: in a function that becomes a graph, the reading isn't a part of the function. */
function whileAside(format: (tensor: TensorLike) => string): (tensor: object) => string {
  return (tensor) => {
    const run = () => format(tensor as TensorLike);
    return activeRecorder()?.aside(run) ?? run();
  };
}
