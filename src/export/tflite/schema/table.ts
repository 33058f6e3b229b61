/** How a field of a table is stored; an offset points to a string, a vector or another table. */
export type FieldType = "offset" | "bool" | "int8" | "uint8" | "int32" | "uint32" | "float32";

/** A field of a table: its slot in the table, its type, and the value that a file without the field means. */
export interface Field {
  readonly slot: number;
  readonly type: FieldType;
  readonly default: number;
}

/** A table of TensorFlow Lite's FlatBuffers schema (tensorflow/compiler/mlir/lite/schema/schema.fbs). */
export interface Table<Name extends string = string> {
  /** The name of the table in the schema. */
  readonly name: string;
  readonly fields: Readonly<Record<Name, Field>>;
}

/** Values of some of a table's fields; the others keep their defaults. */
export type FieldValues<Name extends string = string> = Readonly<
  Partial<Record<Name, number | boolean>>
>;

const fieldOf =
  (type: FieldType) =>
  (slot: number, value = 0): Field => ({ slot, type, default: value });

/** A field that points elsewhere, in a slot. */
export const offset = fieldOf("offset");
export const bool = fieldOf("bool");
export const int8 = fieldOf("int8");
export const uint8 = fieldOf("uint8");
export const int32 = fieldOf("int32");
export const uint32 = fieldOf("uint32");
export const float32 = fieldOf("float32");

/** A table with its fields. */
export function table<Name extends string>(name: string, fields: Record<Name, Field>): Table<Name> {
  return { name, fields };
}
