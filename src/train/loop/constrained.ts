import { tf } from "../../tensorflow/index.js";

/** @internal Keeps a variable within its constraint while the variable is trained. */
export interface Keeper {
  /** The gradient that the optimizer gets in place of the variable's gradient. */
  gradient?(gradient: tf.Tensor): tf.Tensor;
  /** The variable's new value in place of the value that the optimizer gave it. */
  update?(updated: tf.Tensor, before: tf.Tensor): tf.Tensor;
  /** Frees the tensors that the keeper holds. */
  dispose?(): void;
}

/** @internal A constraint that takes part in each step; tfjs's own constraints only see the result of a step. */
export interface StepConstraint {
  /** Makes the keeper before the first step, when values may be read. */
  keeper(variable: tf.Variable): Keeper;
}

type Gradients = Parameters<tf.Optimizer["applyGradients"]>[0];

/**
 * @internal
 * An optimizer after whose steps the constraints of the weights hold; tfjs's `model.fit` forgets constraints.
 * The optimizer consists of tensor ops alone, so that it is compiled with the step.
 */
export class ConstrainedOptimizer extends tf.Optimizer {
  static readonly className = "ConstrainedOptimizer";
  readonly #keepers = new Map<string, Keeper & { variable: tf.Variable }>();
  readonly #weights: readonly tf.LayerVariable[];
  #begun = false;

  /** @param optimizer makes the steps; it still belongs to its owner */
  constructor(
    readonly optimizer: tf.Optimizer,
    weights: readonly tf.LayerVariable[],
  ) {
    super();
    this.#weights = weights;
  }

  /** Looks at the weights as they are now, once. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    for (const weight of this.#weights) {
      const variable = weight.read() as tf.Variable;
      this.#keepers.set(variable.name, { variable, ...keeperOf(weight, variable) });
    }
  }

  override computeGradients(...call: Parameters<tf.Optimizer["computeGradients"]>) {
    return this.optimizer.computeGradients(...call);
  }

  override applyGradients(gradients: Gradients): void {
    this.begin();
    tf.tidy(() => {
      const before = new Map([...this.#keepers].map(([name, k]) => [name, k.variable.clone()]));
      this.optimizer.applyGradients(this.#changed(gradients));
      for (const [name, { variable, update }] of this.#keepers) {
        if (update) variable.assign(update(variable, before.get(name)!));
      }
    });
  }

  override getConfig() {
    return this.optimizer.getConfig();
  }

  override getWeights() {
    return this.optimizer.getWeights();
  }

  override setWeights(weights: Parameters<tf.Optimizer["setWeights"]>[0]) {
    return this.optimizer.setWeights(weights);
  }

  /** Frees the tensors that the constraints hold, but not the optimizer. */
  override dispose(): void {
    for (const { dispose } of this.#keepers.values()) dispose?.();
    this.#keepers.clear();
  }

  #changed(gradients: Gradients): Gradients {
    const change = (name: string, gradient: tf.Tensor) =>
      this.#keepers.get(name)?.gradient?.(gradient) ?? gradient;
    if (Array.isArray(gradients)) {
      return gradients.map(({ name, tensor }) => ({ name, tensor: change(name, tensor) }));
    }
    const entries = Object.entries(gradients).map(([name, g]) => [name, change(name, g)]);
    return Object.fromEntries(entries);
  }
}

/**
 * @internal
 * The optimizer for a model whose weights have constraints; `undefined` if no weight has a constraint.
 */
export function constrain(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
): ConstrainedOptimizer | undefined {
  const weights = model.trainableWeights.filter(({ constraint }) => constraint != null);
  return weights.length > 0 ? new ConstrainedOptimizer(optimizer, weights) : undefined;
}

function keeperOf({ constraint }: tf.LayerVariable, variable: tf.Variable): Keeper {
  const stepConstraint = constraint as typeof constraint & Partial<StepConstraint>;
  return stepConstraint.keeper?.(variable) ?? { update: (updated) => constraint.apply(updated) };
}
