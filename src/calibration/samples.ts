/** Values with how often each occurred, and the exact ends. */
export interface Samples {
  /** In ascending order. */
  values: ArrayLike<number>;
  /** How often each value occurred; once each where there is none. */
  counts?: ArrayLike<number>;
  min: number;
  max: number;
  /** Of how many bins around 0 they are the means, where they come from a histogram. */
  bins?: number;
}
