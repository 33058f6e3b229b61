import { type Progress, progress } from "../../display/index.js";
import { yieldToEvents } from "../../train/index.js";

/** The milliseconds after which a bar shows the progress of a calibration. */
const patience = 2000;
/** The most milliseconds between two turns of the event loop. */
const longest = 50;

/**
 * @internal
 * The progress of a calibration, which also gives the event loop its turn, so that an interrupt is heard.
 */
export interface CalibrationProgress {
  /** Notes that `count` more units, examples or layers, are done. */
  tick(count?: number): Promise<void>;
  /** Gives the event loop its turn, if its last turn was some time ago. */
  turn(): Promise<void>;
  done(): void;
}

/** @internal */
export function calibrationProgress(
  examples: number,
  layers: readonly unknown[],
): CalibrationProgress {
  const total = examples + layers.length;
  const started = performance.now();
  let last = started;
  let done = 0;
  let bar: Progress | undefined;
  const yielded = async () => {
    await yieldToEvents();
    last = performance.now();
  };
  return {
    async tick(count = 1) {
      done += count;
      if (!bar && performance.now() - started > patience && total > 0) {
        bar = progress({ total, label: "Calibration" });
      }
      bar?.update(done);
      await yielded();
    },
    async turn() {
      if (performance.now() - last > longest) await yielded();
    },
    done: () => bar?.done(),
  };
}
