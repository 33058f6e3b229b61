import { tf } from "../../tensorflow/index.js";
import { StepCallback } from "../../train/index.js";
import { Freezing } from "./freezing.js";
import { checkDirect, type LatentKernel, latentKernels } from "./kernels.js";
import { checkTracking, type Tracking, type TrackOscillationOptions } from "./options.js";
import { Recording } from "./recording.js";
import { OscillationState } from "./state.js";

/** What was seen of a kernel's weights, one after another. */
export interface KernelOscillation {
  /** The layer's name; of its other weights with their place, as in `lstm cell.recurrentKernel`. */
  layer: string;
  /** The moving average of how often each weight oscillates, per step. */
  frequency: Float32Array;
  /** How often the code of each weight has changed. */
  changes: Float32Array;
  /** How often it changed in the direction opposite to its last change. */
  oscillations: Float32Array;
  /** 1 for a weight that is frozen. */
  frozen: Float32Array;
}

/** A kernel and the place of its weights among all. */
interface Place {
  kernel: LatentKernel;
  start: number;
  end: number;
}

/**
 * Watches the integer codes of a prepared model's kernels while it trains, and freezes what oscillates, if asked to: a
 * callback that {@link trackOscillation} makes. What it saw goes on when the same model is trained further.
 *
 * @example
 * const tracker = q.qat.trackOscillation();
 * await q.fit(qat, train, { epochs: 2, callbacks: tracker });
 * tracker.steps; // 38
 */
export class OscillationTracker extends StepCallback {
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
    return `${steps} watched: q.analysis.oscillation(tracker) shows what oscillates`;
  }

  /** How many steps were watched. */
  get steps(): number {
    return this.#state?.steps.dataSync()[0] ?? 0;
  }

  /**
   * What was seen, kernel by kernel.
   *
   * @throws Error before the first training
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
   * @param layer its name, or another of {@link KernelOscillation.layer}
   * @param weights which of them, by their place in the kernel; default: all
   * @returns a list of codes for each weight
   * @throws Error before the first training, or when nothing was recorded; RangeError for a layer without a
   *   quantized kernel and for weights that it hasn't
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
      (kept) => kept?.variables() ?? [],
    );
  }

  /**
   * Frees what is kept of the weights; frozen ones are frozen no longer.
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
      "nothing was tracked yet (train with it first, as in await q.fit(qat, train, { epochs: 15, callbacks: tracker }))",
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
      const own = (all: tf.Tensor) => tf.reshape(tf.slice(all, start, end - start), weights.shape);
      const values = kernel.grid().values(own(codes));
      kernel.latent.write(tf.where(tf.cast(own(freezing.frozen), "bool"), values, weights));
    }
    return codes;
  }
}

/**
 * Watches how weights oscillate while a prepared model trains: a callback for `q.fit`, where it is part of the compiled
 * step, and for `model.fit`. A weight oscillates when its integer code changes in the direction opposite to that of its
 * last change; its frequency is a moving average of that, f ← m·o + (1 − m)·f. Optionally weights whose frequency passes a
 * threshold are frozen for good at the rounded moving average of their codes. {@link analysis.oscillation} shows
 * the result. Nagel et al. 2022, arXiv:2203.11086, sections 4.1 and 4.3, algorithm 1.
 *
 * @param options `momentum`, m (default 0.01); `record`, of how many of the last steps all codes are kept (default none);
 *   `freeze`, the threshold from which on weights freeze (default never)
 * @throws RangeError for options out of their ranges; TypeError for an unknown schedule
 * @example
 * const tracker = q.qat.trackOscillation({ freeze: { threshold: 0.02 } });
 * await q.fit(qat, train, { epochs: 5, callbacks: tracker });
 * tracker.kernels().length; // 4
 */
export function trackOscillation(options: TrackOscillationOptions = {}): OscillationTracker {
  return new OscillationTracker(options);
}
