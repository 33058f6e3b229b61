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
import { attribute } from "./convolutionPooling.js";
import { Uses } from "./uses.js";
import type { Constant, Operation, Trace } from "./values.js";

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
  /** The places of the largest values, by the tensor that is pooled. */
  private readonly codes = new Map<number, number>();
  private next = nothing.first;

  constructor(private readonly trace: Trace) {
    this.sources = new Map(trace.sources);
  }

  addForward({ settings, bias, rounding, y, chain }: Forward, { inputs, site }: Operation): void {
    const [result] = chain.at(-1)!.outputs;
    const codes = { id: this.next--, shape: result!.shape, dtype: 4 };
    const operation: Operation = {
      name: convolution,
      attributes: [
        ...convolutionAttributes(settings),
        ...roundingAttributes(rounding && gridOf(rounding)),
      ],
      inputs: [
        ...[...inputs, bias ?? nothing.floats],
        ...(rounding?.inputs.slice(1) ?? [nothing.floats, nothing.floats]),
      ],
      outputs: [result!, codes],
      site,
    };
    if (settings.pool) this.codes.set(y, codes.id);
    this.replace(chain, operation, [result!.id, codes.id]);
  }

  addGradient(gradient: Gradient): void {
    const { dy, y, low, high, pooled, filter, forward, images, biases, chain } = gradient;
    const codes = pooled && this.codes.get(pooled.values);
    if (pooled && codes === undefined) {
      this.addGradient(gradient.plain!);
      return;
    }
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
        ...[pooled ? nothing.floats : (y ?? nothing.floats), codes ?? nothing.bytes],
      ],
      outputs: [
        images?.outputs[0] ?? { ...weights!, id: this.next--, shape: [0] },
        weights!,
        { ...weights!, id: this.next--, shape: channels },
      ],
      site: filter.site,
    };
    const ids = operation.outputs.map(({ id }) => id);
    this.replace(chain, operation, ids);
    for (const { outputs } of biases) {
      this.sources.set(outputs[0]!.id, { kind: "operation", operation, output: 2 });
    }
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

  private replace(chain: Operation[], operation: Operation, outputs: number[]): void {
    for (const each of chain) this.removed.add(each);
    this.added.push(operation);
    outputs.forEach((id, output) => {
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
