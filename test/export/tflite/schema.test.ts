import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as enums from "../../../src/export/tflite/schema/enums.js";
import * as model from "../../../src/export/tflite/schema/model.js";
import { options } from "../../../src/export/tflite/schema/options.js";
import type { Table } from "../../../src/export/tflite/schema/table.js";
import * as tensor from "../../../src/export/tflite/schema/tensor.js";

interface Golden {
  enumerations: Record<string, Record<string, number>>;
  tables: Record<string, Record<string, [number, string, number]>>;
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../../golden/tflite_schema.json", import.meta.url), "utf8"),
);
const tables: Table[] = [model, tensor, options].flatMap((group) => Object.values<Table>(group));

describe("tables of .tflite files", () => {
  it.each(tables.map((table) => [table.name, table] as const))(
    "%s has the slots, types and defaults of LiteRT's schema",
    (name, { fields }) => {
      const published = golden.tables[name]!;
      for (const [field, { slot, type, default: value }] of Object.entries(fields)) {
        expect([field, slot, type, value]).toEqual([field, ...(published[field] ?? [])]);
      }
      expect(Object.keys(fields).length).toBeGreaterThan(0);
    },
  );

  it("are counted, so that none is left out above", () => {
    expect(tables).toHaveLength(28);
    expect(new Set(tables.map(({ name }) => name)).size).toBe(28);
  });

  it.each([
    ["TensorType", enums.tensorType],
    ["Padding", enums.padding],
    ["ActivationFunctionType", enums.activationFunctionType],
    ["BuiltinOperator", enums.builtinOperator],
    ["BuiltinOptions", enums.builtinOptions],
  ])("the numbers of %s are those of LiteRT's schema", (name, numbers) => {
    expect(golden.enumerations[name]).toMatchObject(numbers);
    expect(Object.keys(numbers).length).toBeGreaterThan(1);
  });
});
