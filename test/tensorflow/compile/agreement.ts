import { expect, vi } from "vitest";
import * as q from "../../../src/index.js";
import { generator } from "../../fixtures/generator.js";

const { tf } = q;
type Tensor = q.tf.Tensor;
type Values = Float32Array | Int32Array | Uint8Array;

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

/** The steps of a subject as they are, each run once however many pairs ask for it. */
export class Eager {
  private readonly losses: Values[] = [];
  private readonly kept = new Map<number, Values[]>();

  private constructor(
    private readonly side: Side,
    private readonly keep: number[],
  ) {
    this.kept.set(0, this.read());
  }

  /** `keep`: after how many steps the variables' values are wanted again later. */
  static async make(build: Build, { keep = [] }: { keep?: number[] } = {}): Promise<Eager> {
    return new Eager(await make(build), keep);
  }

  /** The loss of a step, counted from 0. */
  loss(step: number): Values {
    const { losses, kept, keep } = this;
    const { subject } = this.side;
    while (losses.length <= step) {
      const args = subject.batch(losses.length);
      subject.before?.(losses.length);
      const loss = tf.tidy(() => subject.step(...args));
      losses.push(loss.dataSync().slice());
      tf.dispose([loss, ...args]);
      if (keep.includes(losses.length)) kept.set(losses.length, this.read());
    }
    return losses[step]!;
  }

  /** The values of all variables after so many steps. */
  values(steps: number): Values[] {
    const values = this.kept.get(steps);
    if (values) return values;
    expect(this.losses.length, "these values were not kept").toBe(steps);
    return this.read();
  }

  dispose(): void {
    tf.dispose(this.side.variables);
  }

  private read(): Values[] {
    return this.side.variables.map((variable) => variable.dataSync().slice());
  }
}

/** Runs a step compiled beside the steps as they are, from one seed, and compares the two. */
export class Pair {
  private readonly call: q.Compiled<(...args: Tensor[]) => Tensor>;
  private count = 0;
  /** How often the compiled function's own code ran. */
  runs = 0;

  private constructor(
    private readonly compiled: Side,
    private readonly eager: Eager,
    options: q.CompileOptions,
  ) {
    // Initial values are drawn at random: the twin starts where the other does.
    this.align();
    const { step } = this.compiled.subject;
    this.call = q.compile((...args: Tensor[]) => {
      this.runs++;
      return step(...args);
    }, options);
  }

  /** `eager`: the steps to compare with (default: those of another subject that `build` makes). */
  static async make(
    build: Build,
    { eager, ...options }: q.CompileOptions & { eager?: Eager } = {},
  ): Promise<Pair> {
    return new Pair(await make(build), eager ?? (await Eager.make(build)), options);
  }

  /** Takes both some steps further. */
  step(steps = 1): void {
    for (let i = 0; i < steps; i++) tf.dispose(this.advance()[1]);
  }

  /** Takes both a step further; the losses. */
  private advance(): [Values, Tensor] {
    const { subject } = this.compiled;
    const eager = this.eager.loss(this.count);
    const args = subject.batch(this.count);
    subject.before?.(this.count);
    this.count++;
    const compiled = this.call(...args);
    tf.dispose(args);
    return [eager, compiled];
  }

  /** Steps whose losses are equal bit for bit, and then all variables. */
  expectEqual(steps: number): void {
    for (let i = 0; i < steps; i++) {
      const [a, b] = this.advance();
      expect(a.every(Number.isFinite)).toBe(true);
      expect(bits(b), `loss of step ${this.count}`).toBe(bits(a));
      b.dispose();
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
    this.forEachVariable((x, b) => {
      const y = b.dataSync();
      let [largest, difference] = [1e-30, 0];
      for (const [i, value] of x.entries()) {
        largest = Math.max(largest, Math.abs(value));
        difference = Math.max(difference, Math.abs(value - y[i]!));
      }
      const error = difference / largest;
      const ratio = error / (this.compiled.slots.has(b) ? slotTolerance : tolerance);
      if (!(ratio <= worst.ratio)) Object.assign(worst, { name: b.name, error, ratio });
    });
    const what = `${worst.name} differs by ${worst.error} after ${this.count} steps`;
    expect(worst.ratio, what).toBeLessThanOrEqual(1);
  }

  /** Gives the compiled function the other's values. */
  align(): void {
    this.forEachVariable((values, variable) => {
      expect(variable.size).toBe(values.length);
      tf.tidy(() =>
        variable.assign(tf.tensor(values, variable.shape, variable.dtype as "float32")),
      );
    });
  }

  dispose(): void {
    this.call.dispose();
    tf.dispose(this.compiled.variables);
  }

  private forEachVariable(visit: (eager: Values, compiled: q.tf.Variable) => void): void {
    const { variables } = this.compiled;
    const values = this.eager.values(this.count);
    expect(variables.length).toBe(values.length);
    for (const [i, variable] of variables.entries()) visit(values[i]!, variable);
  }
}

async function make(build: Build): Promise<Side> {
  const registered = () => Object.values(tf.engine().registeredVariables) as q.tf.Variable[];
  const before = new Set(registered());
  const subject = await seeded(build);
  const own = new Set(registered());
  const args = subject.batch(0);
  tf.dispose(subject.step(...args));
  tf.dispose(args);
  const variables = registered().filter((variable) => !before.has(variable));
  return { subject, variables, slots: new Set(variables.filter((variable) => !own.has(variable))) };
}

/** The bytes of a tensor, or of values. */
export function bits(of: Tensor | Values): string {
  const values = of instanceof tf.Tensor ? of.dataSync() : of;
  return Buffer.from(values.slice().buffer).toString("hex");
}

/**
 * Builds a subject whose initial values are the same in each run: tfjs draws the seeds of its initializers from
 * Math.random, and some draws leave batch normalization a gradient that is nothing but rounding.
 */
async function seeded(build: Build): Promise<Subject> {
  const random = vi.spyOn(Math, "random").mockImplementation(generator(5));
  try {
    return await build();
  } finally {
    random.mockRestore();
  }
}
