/// <reference path="./jsfive.d.ts" />
import { Dataset, File, Group } from "jsfive";
import { type StoredArray, sizeOf } from "../storedArray.js";

/** Groups inside each other, and objects in a file, beyond which a file is refused: its links go in a circle. */
const limits = { depth: 64, objects: 200_000 };

/** The bytes of a number, by the types of floating-point numbers that are read. */
const itemSizes: Readonly<Record<string, number>> = { f2: 2, f4: 4, f8: 8 };

/** @internal An HDF5 file: the arrays in it by their paths, and the attributes of its groups. */
export interface Hdf5 {
  arrays: ReadonlyMap<string, StoredArray>;
  /** The attributes of the group at a path; none if there is no such group. The path of the file itself is `""`. */
  attributes(path: string): Readonly<Record<string, unknown>>;
}

/**
 * @internal
 * Opens an HDF5 file (The HDF Group, HDF5 File Format Specification 3.0) as Keras writes it. No array is read yet.
 *
 * @param skip the name of a group at the top that is passed over
 * @throws Error if the file is damaged, or holds more objects than a model has
 */
export function openHdf5(bytes: Uint8Array, skip?: string): Hdf5 {
  // The reader takes a buffer of its own, and a Buffer's slice() would be a view of a larger one.
  const { buffer: content } = new Uint8Array(bytes);
  const file = guarded("the HDF5 file", () => new File(content));
  const arrays = new Map<string, StoredArray>();
  const groups = new Map<string, Group>([["", file]]);
  const waiting: { path: string; group: Group; depth: number }[] = [
    { path: "", group: file, depth: 0 },
  ];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const { path, group, depth } = at;
    for (const key of guarded(path, () => group.keys)) {
      if (depth === 0 && key === skip) continue;
      const inner = path === "" ? key : `${path}/${key}`;
      const child = guarded(inner, () => group.get(key));
      if (arrays.size + groups.size > limits.objects || depth > limits.depth) {
        throw new Error(`the HDF5 file has too many objects at ${inner} (expected a model's file)`);
      }
      if (child instanceof Dataset) arrays.set(inner, arrayOf(child, inner, content.byteLength));
      else if (child instanceof Group) {
        groups.set(inner, child);
        waiting.push({ path: inner, group: child, depth: depth + 1 });
      } else
        throw new Error(`${inner} in the HDF5 file leads nowhere (expected an array or a group)`);
    }
  }
  return {
    arrays,
    attributes: (path) => guarded(path, () => groups.get(path)?.attrs ?? {}),
  };
}

function arrayOf(dataset: Dataset, path: string, bytes: number): StoredArray {
  const { shape, dtype } = guarded(path, () => ({ shape: dataset.shape, dtype: dataset.dtype }));
  const size = sizeOf(shape);
  const item = typeof dtype === "string" ? itemSizes[dtype.slice(1)] : undefined;
  return {
    path,
    shape,
    read() {
      if (item === undefined) {
        throw new Error(
          `${path} holds values of type ${dtype} (expected float16, float32 or float64)`,
        );
      }
      // No more memory is allocated than the file has bytes.
      if (!(size * item <= bytes)) {
        throw new Error(
          `${path} of shape [${shape.join(", ")}] is larger than the file (the file is damaged)`,
        );
      }
      const values = guarded(path, () => dataset.value) as number[];
      if (values.length !== size || (size > 0 && values[0] === undefined)) {
        throw new Error(`${path} in the HDF5 file has no data (the file is damaged)`);
      }
      return Float32Array.from(values);
    },
  };
}

/** Runs a function of jsfive's, which also throws texts, and errors of its own making for a damaged file. */
function guarded<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path || "the HDF5 file"} can't be read: ${why} (the file is damaged)`, {
      cause,
    });
  }
}
