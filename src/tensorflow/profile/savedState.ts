import { tf } from "../tf.js";

/** The part of tfjs that is patched while a function runs. */
interface Engine {
  makeVariable(...args: unknown[]): tf.Variable;
}
interface Counter {
  iterations: number;
  iterations_?: number;
  incrementIterations(): void;
}

/**
 * @internal
 * The values of all variables, and how many steps optimizers have counted, to be put back after a trial.
 * Variables that are made meanwhile, such as an optimizer's slots, get their first values back.
 */
export class SavedState {
  private readonly values = new Map<tf.Variable, tf.Tensor>();
  private readonly iterations = new Map<Counter, number>();

  constructor() {
    const { registeredVariables } = tf.engine();
    for (const variable of Object.values(registeredVariables)) this.save(variable as tf.Variable);
  }

  /** Runs a function that may change the state. */
  watch<T>(run: () => T): T {
    const engine = tf.engine() as unknown as Engine;
    const counter = tf.Optimizer.prototype as unknown as Counter;
    const { makeVariable } = engine;
    const { incrementIterations } = counter;
    const { save, iterations } = this;
    engine.makeVariable = (...args) => {
      const variable = makeVariable.apply(engine, args);
      save.call(this, variable);
      return variable;
    };
    counter.incrementIterations = function (this: Counter) {
      if (!iterations.has(this)) iterations.set(this, this.iterations);
      incrementIterations.call(this);
    };
    try {
      return run();
    } finally {
      delete (engine as Partial<Engine>).makeVariable;
      counter.incrementIterations = incrementIterations;
    }
  }

  /** Puts all values and counts back, once. */
  restore(): void {
    for (const [variable, value] of this.values) {
      if (!variable.isDisposed && variable.dataId !== value.dataId) variable.assign(value);
      value.dispose();
    }
    for (const [optimizer, count] of this.iterations) optimizer.iterations_ = count;
    this.values.clear();
    this.iterations.clear();
  }

  /** Keeps a clone, which shares the variable's values: values are never changed in place. */
  private save(variable: tf.Variable): void {
    this.values.set(variable, tf.keep(variable.clone()));
  }
}
