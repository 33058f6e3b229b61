import { tf } from "../../tensorflow/index.js";
import { StepCallback } from "../../train/index.js";
import { Freezing } from "./freezing.js";
import { checkDirect, type LatentKernel, latentKernels } from "./latentKernels.js";
import { checkTracking, type Tracking, type TrackOscillationOptions } from "./options.js";
import { Recording } from "./recording.js";
import { OscillationState } from "./state.js";

/** The oscillation of a kernel's weights. Each list has a number for each weight, in the kernel's order. */
export interface KernelOscillation {
  /** The layer's name; for further kernels of the layer, with their path, as in `lstm cell.recurrentKernel`. */
  layer: string;
  /** The moving average of each weight's oscillations per step. */
  frequency: Float32Array;
  /** The number of changes of each weight's code. */
  changes: Float32Array;
  /** The number of changes of the code in the direction opposite to the change before. */
  oscillations: Float32Array;
  /** 1 for each weight that is frozen, else 0. */
  frozen: Float32Array;
}

/** A kernel, and the first place and the end of its weights among all weights. */
interface Place {
  kernel: LatentKernel;
  start: number;
  end: number;
}

/**
 * A callback from {@link trackOscillation} that watches the integer codes of a prepared model's kernels while
 * the model trains, and freezes weights that oscillate, if it is asked to. Its counts go on when the same model
 * is trained further.
 *
 * @example
 * const tracker = q.qat.trackOscillation();
 * await q.fit(qat, train, { epochs: 2, callbacks: tracker });
 * tracker.steps; // 38
 */
export class OscillationTracker extends StepCallback {
  /** @internal */
  static readonly className = "OscillationTracker";

  readonly #options: Tracking;
  #places: Place[] = [];
  #state: OscillationState | undefined;
  #freezing: Freezing | undefined;
  #recording: Recording | undefined;
  #watched: tf.LayersModel | undefined;

  /** @internal */
  constructor(options: TrackOscillationOptions = {}) {
    super();
    this.#options = checkTracking(options);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const steps = `${this.steps} ${this.steps === 1 ? "step" : "steps"}`;
    return `${steps} watched: q.analysis.oscillation(tracker) shows the weights that oscillate`;
  }

  /** The number of steps that were watched. */
  get steps(): number {
    return this.#state?.steps.dataSync()[0] ?? 0;
  }

  /**
   * The oscillation of each kernel's weights.
   *
   * @throws Error if no model was trained yet
   * @example
   * const tracker = q.qat.trackOscillation();
   * await q.fit(qat, train, { epochs: 2, callbacks: tracker });
   * tracker.kernels().map(({ layer }) => layer); // [ "conv", "depthwise", "pointwise", "logits" ]
   */
  kernels(): KernelOscillation[] {
    const { frequency, changes, oscillations } = this.#seen().read();
    const frozen = this.#freezing?.frozen.dataSync() ?? new Float32Array(frequency.length);
    return this.#places.map(({ kernel, start, end }) => ({
      layer: kernel.name,
      frequency: frequency.subarray(start, end),
      changes: changes.subarray(start, end),
      oscillations: oscillations.subarray(start, end),
      frozen: (frozen as Float32Array).subarray(start, end),
    }));
  }

  /**
   * The codes of one layer's weights in the last steps that were recorded, oldest first.
   *
   * @param layer the name of the layer, as in {@link KernelOscillation.layer}
   * @param weights the places of the weights in the kernel, from 0. Default: all weights
   * @returns a list of codes for each weight
   * @throws Error if no model was trained yet, or if no codes were recorded; RangeError if the layer has no
   *   quantized kernel, or if a place isn't in the kernel
   * @example
   * const tracker = q.qat.trackOscillation({ record: 100 });
   * await q.fit(qat, train, { epochs: 6, callbacks: tracker });
   * const rows = tracker.codes("conv", [0, 1, 2]);
   * rows.map((codes) => codes.length); // [ 100, 100, 100 ]
   */
  codes(layer: string, weights?: readonly number[]): number[][] {
    this.#seen();
    if (!this.#recording) {
      throw new Error(
        "no codes were recorded (make the tracker with q.qat.trackOscillation({ record: 200 }))",
      );
    }
    const place = this.#places.find(({ kernel }) => kernel.name === layer);
    if (!place) {
      const names = this.#places.map(({ kernel }) => kernel.name).join(", ");
      throw new RangeError(`invalid layer: ${layer} (expected one of ${names})`);
    }
    const size = place.end - place.start;
    const chosen = weights ?? Array.from({ length: size }, (_, i) => i);
    const wrong = chosen.find((i) => !Number.isInteger(i) || i < 0 || i >= size);
    if (wrong !== undefined) {
      throw new RangeError(`invalid weight: ${wrong} (expected an integer from 0 to ${size - 1})`);
    }
    return this.#recording.read(
      chosen.map((i) => place.start + i),
      this.steps,
    );
  }

  override begin(): void {
    if (this.#watched === this.model) return;
    this.dispose();
    let start = 0;
    const kernels = latentKernels(this.model);
    if (this.#options.threshold) checkDirect(kernels, "freezing");
    this.#places = kernels.map((kernel) => {
      const end = start + kernel.latent.read().size;
      const place = { kernel, start, end };
      start = end;
      return place;
    });
    this.#watched = this.model;
    tf.tidy(() => {
      const codes = this.#codes();
      const { momentum, record, threshold } = this.#options;
      this.#state = new OscillationState(codes, momentum);
      if (threshold) this.#freezing = new Freezing(codes, momentum);
      if (record > 0) this.#recording = new Recording(codes, record);
    });
  }

  override beforeStep(step: number, steps: number): void {
    this.#freezing?.setThreshold(this.#options.threshold!(step, steps));
  }

  override afterUpdate(): void {
    const codes = this.#freezing ? this.#freeze(this.#freezing) : this.#codes();
    const state = this.#seen();
    this.#recording?.update(codes, state.steps);
    state.update(codes);
    this.#freezing?.update(codes, state.frequency);
  }

  override variables(): tf.Variable[] {
    return [this.#state, this.#freezing, this.#recording].flatMap(
      (holder) => holder?.variables() ?? [],
    );
  }

  /**
   * Frees the counts and the records. Frozen weights are no longer frozen.
   *
   * @example
   * const tracker = q.qat.trackOscillation();
   * await q.fit(qat, train, { epochs: 1, callbacks: tracker });
   * tracker.dispose();
   * tracker.steps; // 0
   */
  dispose(): void {
    this.#state?.dispose();
    this.#freezing?.dispose();
    this.#recording?.dispose();
    this.#state = this.#freezing = this.#recording = this.#watched = undefined;
    this.#places = [];
  }

  #seen(): OscillationState {
    if (this.#state) return this.#state;
    throw new Error(
      "nothing was tracked yet (train with the tracker first, as in await q.fit(qat, train, { epochs: 15, callbacks: tracker }))",
    );
  }

  /** The codes of all weights, `[weights]`. */
  #codes(): tf.Tensor {
    return tf.concat(
      this.#places.map(({ kernel }) => tf.reshape(kernel.grid().codes(kernel.weights()), [-1])),
    );
  }

  /** Puts frozen weights on the value of the code at which they are held. */
  #freeze(freezing: Freezing): tf.Tensor {
    const codes = freezing.hold(this.#codes());
    for (const { kernel, start, end } of this.#places) {
      const weights = kernel.latent.read();
      const ofKernel = (all: tf.Tensor) =>
        tf.reshape(tf.slice(all, start, end - start), weights.shape);
      const values = kernel.grid().values(ofKernel(codes));
      kernel.latent.write(tf.where(tf.cast(ofKernel(freezing.frozen), "bool"), values, weights));
    }
    return codes;
  }
}

/**
 * Makes a callback that watches how weights oscillate while a prepared model trains, for `q.fit`, where it is
 * part of the compiled step, and for `model.fit`. A weight oscillates (o = 1) when its integer code changes in
 * the direction opposite to that of its last change; its frequency is the moving average f ← m·o + (1 − m)·f.
 * Optionally, a weight whose frequency passes a threshold is frozen for good at the rounded moving average of
 * its codes. {@link analysis.oscillation} shows the result. Nagel et al. 2022, arXiv:2203.11086, sections 4.1
 * and 4.3, algorithm 1.
 *
 * @throws RangeError if an option is out of its range; TypeError if the ramp is unknown
 * @example
 * const tracker = q.qat.trackOscillation({ freeze: { threshold: 0.02 } });
 * await q.fit(qat, train, { epochs: 5, callbacks: tracker });
 * tracker.kernels().length; // 4
 */
export function trackOscillation(options: TrackOscillationOptions = {}): OscillationTracker {
  return new OscillationTracker(options);
}
