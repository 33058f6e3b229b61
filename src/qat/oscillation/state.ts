import { tf } from "../../tensorflow/index.js";

/** What is kept of each weight, one after another: float32 of shape `[weights]`. */
const parts = ["code", "direction", "frequency", "changes", "oscillations"] as const;

/** @internal What was seen of each weight, by its name; `steps` is how often. */
export type Seen = Record<(typeof parts)[number], Float32Array> & { steps: number };

/**
 * @internal
 * The codes of weights from step to step, in variables that a compiled step updates. A weight oscillates when its
 * code changes in the direction opposite to that of its last change. Nagel et al. 2022, arXiv:2203.11086, section 4.1.
 */
export class OscillationState {
  readonly #momentum: number;
  readonly #variables: Record<(typeof parts)[number], tf.Variable>;
  readonly #steps = tf.tidy(() => tf.variable(tf.scalar(0), false));

  /** @param codes of all weights as they begin, `[weights]` */
  constructor(codes: tf.Tensor, momentum: number) {
    this.#momentum = momentum;
    const make = (part: string) =>
      tf.tidy(() => tf.variable(part === "code" ? codes : tf.zerosLike(codes), false));
    this.#variables = Object.fromEntries(parts.map((part) => [part, make(part)])) as never;
  }

  /** The moving average of how often a weight oscillates, per step. */
  get frequency(): tf.Tensor {
    return this.#variables.frequency;
  }

  /** How many steps were seen. */
  get steps(): tf.Tensor {
    return this.#steps;
  }

  /** Takes the codes after a step. */
  update(codes: tf.Tensor): void {
    const { code, direction, frequency, changes, oscillations } = this.#variables;
    const turn = tf.sign(tf.sub(codes, code));
    const moved = tf.abs(turn);
    const oscillates = tf.relu(tf.neg(tf.mul(turn, direction)));
    const m = this.#momentum;
    frequency.assign(tf.add(tf.mul(oscillates, m), tf.mul(frequency, 1 - m)));
    // What doesn't move keeps the direction of its last change.
    direction.assign(tf.add(turn, tf.mul(direction, tf.sub(1, moved))));
    changes.assign(tf.add(changes, moved));
    oscillations.assign(tf.add(oscillations, oscillates));
    code.assign(codes);
    this.#steps.assign(tf.add(this.#steps, 1));
  }

  /** Waits for the values. */
  read(): Seen {
    const entries = parts.map((part) => [part, this.#variables[part].dataSync()]);
    return { ...Object.fromEntries(entries), steps: this.#steps.dataSync()[0]! } as Seen;
  }

  variables(): tf.Variable[] {
    return [this.#steps, ...Object.values(this.#variables)];
  }

  dispose(): void {
    tf.dispose(this.variables());
  }
}
