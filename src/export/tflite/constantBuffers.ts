import type { ConstantData } from "./fileModel.js";
import type { FlatTables } from "./flatTables.js";
import type { TensorTypeName } from "./schema/enums.js";
import { buffer } from "./schema/model.js";

/** Constants of so many bytes at most, such as shapes and axes, are compared, and stored once. */
const sharedBytes = 64;

/** The buffers of a file; buffer 0 is empty, and belongs to all tensors that aren't constants. */
export class ConstantBuffers {
  private readonly tables: number[];
  private readonly indices = new Map<string, number>();

  constructor(private readonly flat: FlatTables) {
    this.tables = [flat.table(buffer, {})];
  }

  /** The index of the buffer with a constant's numbers. */
  addConstant(type: TensorTypeName, data: ConstantData): number {
    const numbers = type === "INT64" ? BigInt64Array.from(Array.from(data, BigInt)) : data;
    return this.add(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  }

  /** The index of the buffer with some bytes. */
  add(bytes: Uint8Array): number {
    const key = bytes.length > sharedBytes ? `new ${this.tables.length}` : String(bytes);
    const earlier = this.indices.get(key);
    if (earlier !== undefined) return earlier;
    this.indices.set(key, this.tables.length);
    return this.tables.push(this.flat.table(buffer, { data: this.flat.alignedBytes(bytes) })) - 1;
  }

  /** The vector of all buffers. */
  finish(): number {
    return this.flat.offsets(this.tables);
  }
}
