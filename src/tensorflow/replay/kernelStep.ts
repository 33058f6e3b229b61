import type { Operation } from "../compile/values.js";
import type { DataId, TypedValues } from "../loading/nodeBackend.js";
import { tf } from "../tf.js";
import { cpuBackend, type Storage, type Stored } from "./backend.js";
import { signatureOf } from "./call.js";
import { dtypeNamed } from "./dtypes.js";
import type { Step } from "./step.js";

/** @internal A step that calls the backend's kernel, whichever it is, and keeps its results in the replay's memory. */
export function kernelStep(operation: Operation): Step {
  const reads = operation.inputs as number[];
  const writes = operation.outputs.map(({ id }) => id);
  return {
    reads,
    writes,
    bind(memory) {
      const { kernelFunc } = tf.getKernel(operation.name, "cpu");
      const { attrs, inputs, list } = signatureOf(operation);
      const desk = new Desk();
      const named = inputs.map(({ key, shape, dtype }, i) => {
        const dataId = desk.lay(memory(reads[i]!), dtype);
        const size = tf.util.sizeFromShape(shape);
        return [key, { dataId, shape, dtype, rank: shape.length, size }] as const;
      });
      const given = list ? named.map(([, info]) => info) : Object.fromEntries(named);
      const call = { attrs, inputs: given, backend: desk.backend };
      const places = writes.map(memory);
      return () => {
        desk.results = places;
        const results = [kernelFunc(call as never)].flat();
        results.forEach((result, i) => {
          const { shape, dtype } = operation.outputs[i]!;
          if (String(result.shape) !== String(shape) || result.dtype !== dtypeNamed(dtype)) {
            throw otherShape(operation, result);
          }
          const values = desk.take(result.dataId);
          if (values !== places[i]) places[i]!.set(values);
        });
      };
    },
  };
}

function otherShape(
  { name, outputs }: Operation,
  { shape, dtype }: Pick<tf.Tensor, "shape" | "dtype">,
): Error {
  const { shape: expected, dtype: number } = outputs[0]!;
  return new Error(
    `q.compile: ${name} gave ${dtype}[${shape}] where it had given ${dtypeNamed(number)}[${expected}] while the function was traced: ` +
      "its shape depends on values (expected ops whose shapes depend on shapes only; or don't compile the function, { compile: false } in q.fit)",
  );
}

/** The backend of one kernel's calls: tfjs's, with a storage of its own and memory for the results. */
class Desk {
  /** Arrays for the results of the next call; each is given out once. */
  results: readonly TypedValues[] = [];
  private readonly stored = new Map<DataId, Stored>();
  private readonly inputs = new Set<DataId>();
  readonly backend = Object.create(cpuBackend() as object, {
    data: { value: this.storage() },
    resultMemory: {
      value: (like: TypedValues["constructor"], size: number) => this.give(like, size),
    },
  });

  /** Lays an input down for all calls. */
  lay(values: TypedValues, dtype: tf.DataType): DataId {
    const id = {};
    // A kernel may hand its input on, and counts its readers then.
    this.stored.set(id, { values, dtype, refCount: 2 ** 30 });
    this.inputs.add(id);
    return id;
  }

  /** Takes the values of a result. */
  take(id: DataId): TypedValues {
    const { values } = this.stored.get(id)!;
    if (!this.inputs.has(id)) this.stored.delete(id);
    return values;
  }

  private give(like: TypedValues["constructor"], size: number): TypedValues | undefined {
    const place = this.results.findIndex(
      (array) => array.constructor === like && array.length === size,
    );
    if (place < 0) return undefined;
    const array = this.results[place]!;
    this.results = this.results.toSpliced(place, 1);
    return array;
  }

  private storage(): Storage {
    const { stored } = this;
    return {
      has: (id) => stored.has(id),
      get: (id) => stored.get(id)!,
      set: (id, one) => void stored.set(id, one),
      delete: (id) => stored.delete(id),
      numDataIds: () => stored.size,
    };
  }
}
