import { expect } from "vitest";
import * as q from "../../../src/index.js";

const { tf } = q;
type Tensor = q.tf.Tensor;

/** A training step of something that has variables, from a seed. */
export interface Subject {
  /** A step: its loss, or tensors beside it. */
  step: (...args: Tensor[]) => Tensor;
  /** The arguments of a step. */
  batch: (step: number) => Tensor[];
  /** Called before a step. */
  before?: (step: number) => void;
}

type Build = () => Subject | Promise<Subject>;

/** A subject, its variables, and the optimizer's, which the first step makes. */
interface Side {
  subject: Subject;
  variables: q.tf.Variable[];
  slots: Set<q.tf.Variable>;
}

/** Runs a step as it is and compiled, both from one seed, and holds all that they have together. */
export class Pair {
  private readonly call: q.Compiled<(...args: Tensor[]) => Tensor>;
  private count = 0;
  /** How often the compiled function's own code ran. */
  runs = 0;

  private constructor(
    private readonly eager: Side,
    private readonly compiled: Side,
    options: q.CompileOptions,
  ) {
    // Initial values are drawn at random: the twin starts where the other does.
    for (const [i, variable] of this.compiled.variables.entries()) {
      this.copy(this.eager.variables[i]!, variable);
    }
    const { step } = this.compiled.subject;
    this.call = q.compile((...args: Tensor[]) => {
      this.runs++;
      return step(...args);
    }, options);
  }

  static async make(build: Build, options: q.CompileOptions = {}): Promise<Pair> {
    return new Pair(await make(build), await make(build), options);
  }

  /** Takes both some steps further. */
  step(steps = 1): void {
    for (let i = 0; i < steps; i++) tf.dispose(this.advance());
  }

  /** Takes both a step further; the losses, unread. */
  private advance(): [Tensor, Tensor] {
    const { eager, compiled } = this;
    const args = eager.subject.batch(this.count);
    for (const { subject } of [eager, compiled]) subject.before?.(this.count);
    this.count++;
    const first = tf.tidy(() => eager.subject.step(...args));
    const second = this.call(...args);
    tf.dispose(args);
    return [first, second];
  }

  /** Steps whose losses are equal bit for bit, and then all variables. */
  expectEqual(steps: number): void {
    for (let i = 0; i < steps; i++) {
      const [a, b] = this.advance();
      expect(a.dataSync().every(Number.isFinite)).toBe(true);
      expect(bits(b), `loss of step ${this.count}`).toBe(bits(a));
      tf.dispose([a, b]);
    }
    this.forEachVariable((a, b) => {
      expect(bits(b), `${b.name} after ${this.count} steps`).toBe(bits(a));
    });
  }

  /**
   * Steps, and then every variable within a share of its tensor's largest value; an optimizer's own
   * within another.
   */
  expectClose(steps: number, tolerance: number, slotTolerance = tolerance): void {
    this.step(steps);
    const worst = { name: "", error: 0, ratio: 0 };
    this.forEachVariable((a, b) => {
      const [x, y] = [a.dataSync(), b.dataSync()];
      let [largest, difference] = [1e-30, 0];
      for (const [i, value] of x.entries()) {
        largest = Math.max(largest, Math.abs(value));
        difference = Math.max(difference, Math.abs(value - y[i]!));
      }
      const error = difference / largest;
      const ratio = error / (this.eager.slots.has(a) ? slotTolerance : tolerance);
      if (!(ratio <= worst.ratio)) Object.assign(worst, { name: b.name, error, ratio });
    });
    const what = `${worst.name} differs by ${worst.error} after ${this.count} steps`;
    expect(worst.ratio, what).toBeLessThanOrEqual(1);
  }

  /** Gives the compiled function the other's values. */
  align(): void {
    this.forEachVariable((a, b) => {
      this.copy(a, b);
    });
  }

  dispose(): void {
    this.call.dispose();
    tf.dispose([...this.eager.variables, ...this.compiled.variables]);
  }

  private forEachVariable(visit: (eager: q.tf.Variable, compiled: q.tf.Variable) => void): void {
    const { variables } = this.compiled;
    expect(variables.length).toBe(this.eager.variables.length);
    for (const [i, variable] of this.eager.variables.entries()) visit(variable, variables[i]!);
  }

  private copy(from: q.tf.Variable, to: q.tf.Variable): void {
    expect(to.shape).toEqual(from.shape);
    tf.tidy(() =>
      to.assign(tf.tensor(from.dataSync().slice(), from.shape, from.dtype as "float32")),
    );
  }
}

async function make(build: Build): Promise<Side> {
  const registered = () => Object.values(tf.engine().registeredVariables) as q.tf.Variable[];
  const before = new Set(registered());
  const subject = await build();
  const own = new Set(registered());
  const args = subject.batch(0);
  tf.dispose(subject.step(...args));
  tf.dispose(args);
  const variables = registered().filter((variable) => !before.has(variable));
  return { subject, variables, slots: new Set(variables.filter((variable) => !own.has(variable))) };
}

/** A tensor's bytes. */
export function bits(tensor: Tensor): string {
  return Buffer.from(tensor.dataSync().slice().buffer).toString("hex");
}
