import * as q from "../../src/index.js";

const { tf } = q;

interface MixingOptions {
  name?: string;
  units: number;
  useOffset?: boolean;
  mixConstraint?: object | null;
}

/**
 * A layer that no library knows: y = M·x + offset, with the outputs as the first axis of `mix`, unlike in a Dense layer.
 */
export class Mixing extends tf.layers.Layer {
  static readonly className = "Mixing";
  readonly #options: MixingOptions;
  mix!: q.tf.LayerVariable;
  offset: q.tf.LayerVariable | null = null;

  constructor(options: MixingOptions) {
    super({ name: options.name } as never);
    this.#options = options;
  }

  override build(inputShape: q.tf.Shape | q.tf.Shape[]): void {
    const { units, useOffset = true, mixConstraint } = this.#options;
    const inputs = (inputShape as q.tf.Shape).at(-1)!;
    const random = tf.initializers.randomNormal({ stddev: 0.5, seed: 3 });
    const constraint = constraintOf(mixConstraint);
    this.mix = this.addWeight(
      "mix",
      [units, inputs],
      "float32",
      random,
      undefined,
      true,
      constraint,
    );
    if (useOffset) {
      this.offset = this.addWeight("offset", [units], "float32", tf.initializers.zeros());
    }
    super.build(inputShape);
  }

  override call(inputs: q.tf.Tensor | q.tf.Tensor[]): q.tf.Tensor {
    return tf.tidy(() => {
      const y = mixed([inputs].flat()[0]!, this.mix.read());
      return this.offset ? tf.add(y, this.offset.read()) : y;
    });
  }

  override computeOutputShape(inputShape: q.tf.Shape | q.tf.Shape[]): q.tf.Shape {
    return [...(inputShape as q.tf.Shape).slice(0, -1), this.#options.units];
  }

  override getConfig() {
    const { units, useOffset = true } = this.#options;
    const { constraint } = (this.mix ?? {}) as { constraint?: ReturnType<typeof constraintOf> };
    const mixConstraint = constraint
      ? { className: constraint.getClassName(), config: constraint.getConfig() }
      : (this.#options.mixConstraint ?? null);
    return { ...super.getConfig(), units, useOffset, mixConstraint } as never;
  }
}

function mixed(x: q.tf.Tensor, mix: q.tf.Tensor): q.tf.Tensor {
  return tf.matMul(x as q.tf.Tensor2D, mix as q.tf.Tensor2D, false, true);
}

function constraintOf(written: unknown) {
  if (!written) return undefined;
  const { className, config } = written as { className: string; config: object };
  const [type] = tf.serialization.SerializationMap.getMap().classNameMap[className]!;
  return new (type as never as new (config: object) => ReturnType<typeof tf.constraints.nonNeg>)(
    config,
  );
}

tf.serialization.registerClass(Mixing);

/** The library's rule for {@link Mixing}. */
export const mixingRule: q.LayerRule = {
  role: "computes",
  weights: { mix: { outputs: -2, inputs: -1, linear: (_, x, mix) => mixed(x, mix) } },
  bias: "offset",
  withBias: () => ({ useOffset: true }),
  tokens: true,
};
