import { tf } from "../../tensorflow/index.js";

/** The numbers that are kept of each weight, each float32 of shape `[weights]`. */
const fields = ["code", "direction", "frequency", "changes", "oscillations"] as const;

/** @internal The numbers of all weights, by their names; `steps` is the number of steps. */
export type Seen = Record<(typeof fields)[number], Float32Array> & { steps: number };

/**
 * @internal
 * The codes of weights from step to step, in variables that a compiled step updates. A weight oscillates when its
 * code changes in the direction opposite to that of its last change. Nagel et al. 2022, arXiv:2203.11086, section 4.1.
 */
export class OscillationState {
  readonly #momentum: number;
  readonly #variables: Record<(typeof fields)[number], tf.Variable>;
  readonly #steps = tf.tidy(() => tf.variable(tf.scalar(0), false));

  /** @param codes the first codes of all weights, of shape `[weights]` */
  constructor(codes: tf.Tensor, momentum: number) {
    this.#momentum = momentum;
    const make = (field: string) =>
      tf.tidy(() => tf.variable(field === "code" ? codes : tf.zerosLike(codes), false));
    this.#variables = Object.fromEntries(fields.map((field) => [field, make(field)])) as never;
  }

  /** The moving average of each weight's oscillations per step. */
  get frequency(): tf.Tensor {
    return this.#variables.frequency;
  }

  /** The number of steps, a scalar. */
  get steps(): tf.Tensor {
    return this.#steps;
  }

  /** Updates the numbers with the codes after a step. */
  update(codes: tf.Tensor): void {
    const { code, direction, frequency, changes, oscillations } = this.#variables;
    const turn = tf.sign(tf.sub(codes, code));
    const moved = tf.abs(turn);
    const oscillates = tf.relu(tf.neg(tf.mul(turn, direction)));
    const m = this.#momentum;
    frequency.assign(tf.add(tf.mul(oscillates, m), tf.mul(frequency, 1 - m)));
    // A weight whose code stays keeps the direction of its last change.
    direction.assign(tf.add(turn, tf.mul(direction, tf.sub(1, moved))));
    changes.assign(tf.add(changes, moved));
    oscillations.assign(tf.add(oscillations, oscillates));
    code.assign(codes);
    this.#steps.assign(tf.add(this.#steps, 1));
  }

  /** Reads the numbers, and waits for their values. */
  read(): Seen {
    const entries = fields.map((field) => [field, this.#variables[field].dataSync()]);
    return { ...Object.fromEntries(entries), steps: this.#steps.dataSync()[0]! } as Seen;
  }

  variables(): tf.Variable[] {
    return [this.#steps, ...Object.values(this.#variables)];
  }

  dispose(): void {
    tf.dispose(this.variables());
  }
}
