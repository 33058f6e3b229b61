import { Builder } from "flatbuffers";
import type { FieldType, FieldValues, Table } from "./schema/table.js";

/** Bytes of a field in a table. */
const sizes: Record<FieldType, number> = {
  offset: 4,
  int32: 4,
  uint32: 4,
  float32: 4,
  bool: 1,
  int8: 1,
  uint8: 1,
};

/** Builds tables and vectors; vectors with equal content are written once, and shared. */
export class FlatTables {
  private readonly builder: Builder;
  private readonly vectors = new Map<string, number>();

  constructor(bytes: number) {
    this.builder = new Builder(bytes);
  }

  /** A table with some fields; those that are absent or have their default value take no space. */
  table<Name extends string>({ fields }: Table<Name>, values: FieldValues<Name>): number {
    const entries = Object.entries(values) as [Name, number | boolean | undefined][];
    // Larger fields first, so that none of them needs padding.
    const sorted = entries
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => sizes[fields[b].type] - sizes[fields[a].type]);
    const slots = Object.values<{ slot: number }>(fields).map(({ slot }) => slot);
    this.builder.startObject(Math.max(-1, ...slots) + 1);
    for (const [name, value] of sorted) this.field(fields[name], Number(value));
    return this.builder.endObject();
  }

  private field({ slot, type, default: absent }: Table["fields"][string], value: number): void {
    if (type === "offset") this.builder.addFieldOffset(slot, value, 0);
    else if (type === "float32") this.builder.addFieldFloat32(slot, value, absent);
    else if (sizes[type] === 4) this.builder.addFieldInt32(slot, value, absent);
    else this.builder.addFieldInt8(slot, value, absent);
  }

  string(text: string): number {
    return this.builder.createSharedString(text);
  }

  int32s(values: ArrayLike<number>): number {
    return this.vector("int32", values, 4, (value) => this.builder.addInt32(value));
  }

  int64s(values: ArrayLike<number>): number {
    return this.vector("int64", values, 8, (value) => this.builder.addInt64(BigInt(value)));
  }

  float32s(values: ArrayLike<number>): number {
    return this.vector("float32", values, 4, (value) => this.builder.addFloat32(value));
  }

  /** A vector of tables or strings. */
  offsets(offsets: readonly number[]): number {
    this.builder.startVector(4, offsets.length, 4);
    for (const offset of offsets.toReversed()) this.builder.addOffset(offset);
    return this.builder.endVector();
  }

  /** Bytes whose place in the file is a multiple of 16, as runtimes that map a file into memory want it. */
  alignedBytes(bytes: Uint8Array): number {
    this.builder.prep(16, bytes.length);
    return this.builder.createByteVector(bytes);
  }

  /** The file, whose root is a table. */
  finish(root: number, identifier: string): Uint8Array {
    this.builder.finish(root, identifier);
    return this.builder.asUint8Array().slice();
  }

  private vector(
    type: string,
    values: ArrayLike<number>,
    size: number,
    add: (value: number) => void,
  ): number {
    const list = Array.from(values);
    const key = `${type} ${list}`;
    const shared = this.vectors.get(key);
    if (shared !== undefined) return shared;
    this.builder.startVector(size, list.length, size);
    for (const value of list.reverse()) add(value);
    const offset = this.builder.endVector();
    this.vectors.set(key, offset);
    return offset;
  }
}
