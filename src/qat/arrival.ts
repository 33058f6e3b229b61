import type { Observer } from "../calibration/index.js";
import { tf } from "../tensorflow/index.js";

/** @internal Values that came to a quantizer during calibration, until an observer has seen them. */
export class Arrival {
  #tensors: tf.Tensor[] = [];

  take(x: tf.Tensor): void {
    this.#tensors.push(tf.keep(x.clone()));
  }

  /** Shows all of them at once: how a batch was cut into calls makes no difference. */
  showTo(observer: Observer): void {
    const values = tf.tidy(() => (this.#tensors.length > 0 ? tf.concat(this.#tensors) : undefined));
    this.dispose();
    try {
      if (values) observer.observe(values);
    } finally {
      values?.dispose();
    }
  }

  dispose(): void {
    tf.dispose(this.#tensors);
    this.#tensors = [];
  }
}
