import {
  convolution,
  convolutionAttributes,
  convolutionGradient,
  roundingAttributes,
} from "../kernels/convolution.js";
import { hasKernels } from "../kernels/library.js";
import { nodeBackend } from "../loading/nodeBackend.js";
import {
  type Forward,
  forwardOf,
  type Gradient,
  gradientOf,
  windowsOf,
} from "./convolutionPatterns.js";
import { attribute, type Pooled } from "./convolutionPooling.js";
import { nothing, TraceEdit } from "./traceEdit.js";
import { Uses } from "./uses.js";
import type { Operation, Source, Trace } from "./values.js";

/**
 * @internal
 * A trace in which the library's own kernels (kernels/native/convolution.cc) take the place of convolutions with the
 * bias, the ReLU, and the max pooling in windows of 2 × 2 that come after, fake quantization before the pooling
 * included, and of all that computes the gradients of these, where they are faster. Sums have another order.
 */
export function fuseConvolutions(trace: Trace): Trace {
  if (!hasKernels()) return trace;
  const uses = new Uses(trace);
  const gradients = trace.operations.flatMap(
    (operation) => gradientOf(trace, uses, operation) ?? [],
  );
  const fusion = new Fusion(trace);
  for (const operation of trace.operations) {
    const forward = forwardOf(trace, uses, gradients, operation);
    if (forward) fusion.addForward(forward, operation);
  }
  for (const gradient of gradients) fusion.addGradient(gradient);
  return fusion.result();
}

/** The trace that is made: ops in the place of others. */
class Fusion extends TraceEdit {
  /** The places of the largest values, and these before they were rounded, by the tensor that is pooled. */
  private readonly pooled = new Map<number, { codes: number; exact: number }>();

  addForward(
    { settings, bias, rounding, exact = false, y, chain }: Forward,
    conv: Operation,
  ): void {
    const { inputs, site } = conv;
    const [result] = chain.at(-1)!.outputs;
    const codes = { id: this.newId(), shape: result!.shape, dtype: 4 };
    const values = { ...result!, id: this.newId(), shape: exact ? result!.shape : [0] };
    const operation: Operation = {
      name: convolution,
      attributes: [
        ...convolutionAttributes(settings),
        ...roundingAttributes(rounding && { ...gridOf(rounding), exact }),
      ],
      inputs: [
        ...[...inputs, bias ?? nothing.floats],
        ...(rounding?.inputs.slice(1) ?? [nothing.floats, nothing.floats]),
      ],
      outputs: [result!, codes, values],
      site,
    };
    if (settings.pool) this.pooled.set(y, { codes: codes.id, exact: values.id });
    this.replace(chain, operation);
  }

  addGradient(gradient: Gradient): void {
    const { y, low, high, pooled, filter, forward, images, biases, chain } = gradient;
    const found = pooled && this.pooled.get(pooled.values);
    if (pooled && !found) {
      this.addGradient(gradient.plain!);
      return;
    }
    const dy = pooled?.sums ? this.addSums(pooled, pooled.sums, found!.exact) : gradient.dy;
    const { TF_ATTR_BOOL } = nodeBackend().binding;
    const [weights] = filter.outputs;
    const inputGradient = {
      name: "input_gradient",
      type: TF_ATTR_BOOL,
      value: images !== undefined,
    };
    const settings = { ...windowsOf(filter), pool: pooled !== undefined, low, high };
    const channels = weights!.shape.slice(-1);
    const operation: Operation = {
      name: convolutionGradient,
      attributes: [...convolutionAttributes(settings), inputGradient],
      inputs: [
        ...[dy, filter.inputs[0]!, (images ?? forward).inputs[1]!],
        ...[pooled ? nothing.floats : (y ?? nothing.floats), found?.codes ?? nothing.bytes],
      ],
      outputs: [
        images?.outputs[0] ?? { ...weights!, id: this.newId(), shape: [0] },
        weights!,
        { ...weights!, id: this.newId(), shape: channels },
      ],
      site: filter.site,
    };
    this.replace(chain, operation);
    for (const { outputs } of biases) {
      this.sources.set(outputs[0]!.id, { kind: "operation", operation, output: 2 });
    }
  }

  /**
   * Adds the gradient of fake quantization for the values that were pooled alone, since no other has a gradient.
   *
   * @returns the gradient for these values
   */
  private addSums({ dy }: Pooled, sums: Operation, exact: number): number {
    const [dx, ...ends] = sums.outputs;
    const source = this.sources.get(exact) as Extract<Source, { kind: "operation" }>;
    const { shape } = source.operation.outputs[source.output]!;
    const operation: Operation = {
      ...sums,
      inputs: [dy, exact, ...sums.inputs.slice(2)],
      outputs: [{ ...dx!, id: this.newId(), shape }, ...ends],
    };
    this.replace([], operation);
    return operation.outputs[0]!.id;
  }
}

function gridOf({ attributes }: Operation) {
  return {
    bits: attribute(attributes, "num_bits") as number,
    narrowRange: attribute(attributes, "narrow_range") as boolean,
  };
}
