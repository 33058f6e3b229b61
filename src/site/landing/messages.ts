/** @internal A request of the page to its worker. A later request ends an earlier one. */
export type Request =
  | { readonly type: "train" }
  | { readonly type: "quantize"; readonly bits: Bits }
  | { readonly type: "recover" };

/** @internal Bits of weights and of activations; 32 stands for float. */
export interface Bits {
  readonly weights: number;
  readonly activations: number;
}

/** @internal A phase of the experiment. */
export type Phase = "float" | "ptq" | "qat";

/** @internal The classes that the network gives to the examples that are shown, and the share of all that it gets right. */
export interface Judged {
  /** The share of the test's examples that are classified correctly, from 0 to 1. */
  readonly accuracy: number;
  /** A class for each example that is shown. */
  readonly classes: readonly number[];
}

/** @internal News of the worker for its page. */
export type Report =
  /** The data are there: pixels of the examples that are shown, from 0 to 1, and their classes. */
  | { readonly type: "ready"; readonly pixels: Float32Array; readonly labels: readonly number[] }
  /** A step of training has ended. */
  | { readonly type: "step"; readonly phase: Phase; readonly done: number; readonly of: number }
  /** Examples were judged; in training `done` epochs of `of` have passed. */
  | ({
      readonly type: "judged";
      readonly phase: Phase;
      readonly done: number;
      readonly of: number;
    } & Judged)
  /** The request has ended, and another one may follow. */
  | { readonly type: "idle"; readonly request: Request["type"] }
  /** It can't go on; the reason is in words for the reader. */
  | { readonly type: "failed"; readonly reason: string };
