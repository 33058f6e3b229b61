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
import { Uses } from "./uses.js";
import type { Constant, Operation, Source, Trace } from "./values.js";

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

/** The numbers of tensors that no trace has. */
const nothing = { floats: -2, bytes: -3, first: -4 };

/** The trace that is made: ops in the place of others. */
class Fusion {
  private readonly sources;
  private readonly removed = new Set<Operation>();
  private readonly added: Operation[] = [];
  /** The places of the largest values, and these before they were rounded, by the tensor that is pooled. */
  private readonly pooled = new Map<number, { codes: number; exact: number }>();
  private next = nothing.first;

  constructor(private readonly trace: Trace) {
    this.sources = new Map(trace.sources);
  }

  addForward(
    { settings, bias, rounding, exact = false, y, chain }: Forward,
    conv: Operation,
  ): void {
    const { inputs, site } = conv;
    const [result] = chain.at(-1)!.outputs;
    const codes = { id: this.next--, shape: result!.shape, dtype: 4 };
    const values = { ...result!, id: this.next--, shape: exact ? result!.shape : [0] };
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
        images?.outputs[0] ?? { ...weights!, id: this.next--, shape: [0] },
        weights!,
        { ...weights!, id: this.next--, shape: channels },
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
      outputs: [{ ...dx!, id: this.next--, shape }, ...ends],
    };
    this.replace([], operation);
    return operation.outputs[0]!.id;
  }

  result(): Trace {
    const { trace, sources, removed, added } = this;
    const { TF_FLOAT } = nodeBackend().binding;
    sources.set(nothing.floats, {
      kind: "constant",
      constant: empty(new Float32Array(), TF_FLOAT),
    });
    sources.set(nothing.bytes, { kind: "constant", constant: empty(new Uint8Array(), 4) });
    const kept = trace.operations.filter((operation) => !removed.has(operation));
    return { ...trace, sources, operations: [...kept, ...added] };
  }

  private replace(chain: Operation[], operation: Operation): void {
    for (const each of chain) this.removed.add(each);
    this.added.push(operation);
    operation.outputs.forEach(({ id }, output) => {
      this.sources.set(id, { kind: "operation", operation, output });
    });
  }
}

function gridOf({ attributes }: Operation) {
  return {
    bits: attribute(attributes, "num_bits") as number,
    narrowRange: attribute(attributes, "narrow_range") as boolean,
  };
}

function empty(values: Constant["values"], dtype: number): Constant {
  return { values, shape: [0], dtype, site: { stack: "" } };
}
