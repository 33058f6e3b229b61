import type { DataId, OpAttribute, TypedValues } from "../loading/nodeBackend.js";
import { isDrawKey } from "../random/draws.js";
import { tf } from "../tf.js";
import { asComputed } from "./attributes.js";
import { type CallSite, callSite, nowhere } from "./callSite.js";
import { depends, readProblem } from "./reads.js";
import { type Recordable, recordable } from "./recordable.js";
import { watchReads } from "./residence.js";
import { StartValues } from "./startValues.js";
import type { Tap } from "./tap.js";
import type { Feed, Operation, Problem, Recorded, Source, Trace } from "./values.js";

/** The largest number of values for which a captured tensor is copied into the graph; larger tensors are fed. */
const largestCopy = 4096;

let active: Recorder | undefined;

/** @internal The recorder of the function that is being traced, if one is. */
export function activeRecorder(): Recorder | undefined {
  return active;
}

/**
 * @internal
 * Writes down what the backend does while a function runs: its ops in their order, and where
 * each tensor comes from. The function runs as ever, and its results are true.
 */
export class Recorder {
  private readonly backend: Recordable = recordable();
  private readonly operations: Operation[] = [];
  private readonly sources = new Map<number, Source>();
  private readonly problems: Problem[] = [];
  private readonly effects = new Map<unknown, () => void>();
  private readonly scales = new Map<tf.Variable, number>();
  private readonly held: tf.Tensor[] = [];
  private readonly sites = new WeakMap<DataId, CallSite>();
  private readonly before: StartValues;
  private readonly substitutes = new Map<number, Feed>();
  private readonly places: boolean;
  private paused = 0;

  /**
   * @param options.places whether places in code are noted, at 20 µs each, for what may be said of the trace
   * @param options.undoable whether {@link undo} may follow
   */
  constructor({ places = true, undoable = false }: { places?: boolean; undoable?: boolean } = {}) {
    this.places = places;
    this.before = new StartValues(undoable);
  }

  /**
   * @param args the tensors that the function is given
   * @param run calls the function, and returns the tensors of its result
   */
  record(args: tf.Tensor[], run: () => tf.Tensor[]): Trace {
    this.backend.idsOf(args).forEach((id, index) => {
      this.sources.set(id, { kind: "argument", index });
    });
    const restore = this.backend.install(this.tap());
    const stop = watchReads((variable, id) => this.before.note(variable, id));
    const outer = active;
    active = this;
    try {
      const results = run();
      const outputs = this.backend.idsOf(results);
      return {
        ...this.end(),
        argumentTypes: args.map(this.backend.dtypeOf),
        argumentShapes: args.map(({ shape }) => shape),
        outputs,
        outputTypes: results.map(this.backend.dtypeOf),
      };
    } catch (error) {
      tf.dispose(this.held);
      throw error;
    } finally {
      active = outer;
      stop();
      restore();
    }
  }

  /** Gives the variables the values back that they had before the call. */
  undo(): void {
    this.before.restore();
  }

  /** Frees what {@link undo} needs. */
  release(): void {
    this.before.release();
  }

  /** How many ops have been written down so far. */
  get count(): number {
    return this.operations.length;
  }

  /** Runs a function whose ops aren't part of the graph. */
  aside<T>(run: () => T): T {
    this.paused++;
    try {
      return run();
    } finally {
      this.paused--;
    }
  }

  /** A scalar that each call reads anew. */
  feed(feed: Feed): tf.Scalar {
    const scalar = tf.scalar(feed.read(), feed.dtype);
    const [id] = this.aside(() => this.backend.idsOf([scalar]));
    this.sources.set(id!, { kind: "feed", feed });
    return scalar;
  }

  /**
   * From now on an uploaded scalar of this value stands for the feed: the way to feed a number that
   * tfjs turns into a tensor by itself.
   */
  substitute(value: number, feed: Feed): void {
    const number = Math.fround(value);
    this.substitutes.set(number, feed);
    this.substitutes.set(-number, { ...feed, read: () => -feed.read() });
  }

  /** Gives a tensor that was made before the trace, such as a kept learning rate, to a feed. */
  feedTensor(tensor: tf.Tensor, feed: Feed): void {
    const [id] = this.aside(() => this.backend.idsOf([tensor]));
    this.sources.set(id!, { kind: "feed", feed });
  }

  /** Adds what each call has to do in JavaScript as well, once for each key. */
  effect(key: unknown, run: () => void): void {
    this.effects.set(key, run);
  }

  /**
   * Lets sessions keep a variable multiplied by a scale, as an op that updates the variable needs it. Outside
   * of the op the variable is read and assigned in its own unit.
   */
  scale(variable: tf.Variable, scale: number): void {
    if (scale !== 1) this.scales.set(variable, scale);
  }

  /** Makes a variable that the optimizer would make in its first step: to the trace it was there before. */
  slot(make: () => tf.Variable): tf.Variable {
    const variable = this.aside(make);
    this.before.adopt(variable);
    return variable;
  }

  /** Whether a variable still has the value that it had before the call. */
  isUntouched(variable: tf.Variable): boolean {
    return this.before.has(variable);
  }

  /**
   * Writes down one op that updates variables, in place of what `run` does with them eagerly.
   *
   * @param inputs the op's inputs in its order: a variable that the op updates, a tensor for a value that it reads
   */
  update(
    name: string,
    attributes: OpAttribute[],
    inputs: (tf.Variable | tf.Tensor)[],
    run: () => void,
  ): void {
    const updated = inputs.filter((input) => input instanceof tf.Variable);
    const values = inputs.map((input) =>
      input instanceof tf.Variable ? input : this.backend.idsOf([input])[0]!,
    );
    this.aside(run);
    const operation = { name, attributes, inputs: values, outputs: [], site: this.place() };
    this.operations.push(operation);
    for (const variable of updated) {
      const [id] = this.aside(() => this.backend.idsOf([variable]));
      this.sources.set(id!, { kind: "updated", variable, operation });
    }
  }

  private place(): CallSite {
    return this.places ? callSite() : nowhere;
  }

  private tap(): Tap<TypedValues | Feed> {
    const isPaused = () => this.paused > 0;
    return {
      get paused() {
        return isPaused();
      },
      written: (data) => this.sites.set(data, this.place()),
      uploading: (data) => this.noteUpload(data),
      taken: (id, data, upload) => {
        if (!this.sources.has(id)) this.noteInput(id, data, upload);
      },
      executed: ([name, attributes, inputs], outputs) => {
        this.noteOperation(name, attributes, inputs, outputs);
      },
      reading: (data) => this.noteRead(data),
    };
  }

  private noteOperation(
    name: string,
    attributes: OpAttribute[],
    inputs: number[],
    outputs: Operation["outputs"],
  ): void {
    const typed = name === "Mean" ? asComputed(attributes, outputs[0]!.dtype) : attributes;
    const operation = { name, attributes: typed, inputs: [...inputs], outputs, site: this.place() };
    this.operations.push(operation);
    outputs.forEach(({ id }, output) => {
      this.sources.set(id, { kind: "operation", operation, output });
    });
  }

  /** The values that are about to be uploaded, or the feed in their place. */
  private noteUpload(id: DataId): TypedValues | Feed | undefined {
    const info = this.backend.givenTo(id);
    if (!info) return undefined;
    const { values } = info;
    if (values?.length !== 1) return values ?? undefined;
    const feed = this.substitutes.get(values[0]!);
    if (!feed) return values;
    info.values = Float32Array.of(feed.read());
    return feed;
  }

  private noteInput(id: number, data: DataId, pending: TypedValues | Feed | undefined): void {
    if (pending && "read" in pending) {
      this.sources.set(id, { kind: "feed", feed: pending });
      return;
    }
    const variable = this.before.variableOf(data);
    if (variable) this.sources.set(id, { kind: "variable", variable });
    else this.sources.set(id, this.capture(data, pending));
  }

  /** A tensor that neither the caller gave nor an op made. */
  private capture(data: DataId, pending: TypedValues | undefined): Source {
    const { shape, dtype, values: read } = this.backend.describe(data);
    const size = shape.reduce((product, length) => product * length, 1);
    const site = this.sites.get(data);
    if (!site && size > largestCopy) {
      const tensor = this.backend.keepAlive(data);
      this.held.push(tensor);
      return { kind: "held", tensor };
    }
    const values = pending ?? read();
    const constant = { values, shape, dtype, site: site ?? callSite() };
    const outside = !site && dtype === this.backend.float;
    return { kind: "constant", constant, parameter: outside || isDrawKey(data) };
  }

  private noteRead(data: DataId): void {
    const id = this.backend.numberOf(data);
    if (id === undefined) return;
    const site = callSite();
    // tfjs-node reads the indices only to check their bounds, which TensorFlow's own op does as well.
    if (/kernels[\\/]GatherV2\.js/.test(site.stack)) return;
    const source = this.sources.get(id);
    const variable = source?.kind === "variable" ? source.variable : this.before.variableOf(data);
    if (!variable && (!source || !depends(this.sources, id))) return;
    this.problems.push(readProblem(source, variable, site));
  }

  private end(): Recorded {
    const changed = this.before.changed();
    const values = this.backend.idsOf(changed);
    return {
      operations: this.operations,
      sources: this.sources,
      assignments: new Map(changed.map((variable, i) => [variable, values[i]!])),
      scales: this.scales,
      created: this.before.created(),
      problems: this.problems,
      effects: [...this.effects.values()],
      held: this.held,
    };
  }
}
