/** Values, how often each occurred, and the exact ends. */
export interface Samples {
  /** In ascending order. */
  values: ArrayLike<number>;
  /** How often each value occurred. Default: once. */
  counts?: ArrayLike<number>;
  min: number;
  max: number;
  /**
   * How many bins around 0 the histogram has, if the values are the means of a histogram's bins. Default: they
   * are single values.
   */
  bins?: number;
}
