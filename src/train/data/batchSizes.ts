/**
 * @internal
 * How many examples pass through a model at a time if only its outputs are read. The number changes no result,
 * only the memory that the activations take.
 */
export const evaluationBatchSize = 512;

/**
 * @internal
 * How many examples pass through a model at a time where the values inside are measured or kept: half as many, since
 * the activations of several layers are held at once.
 */
export const calibrationBatchSize = 256;
