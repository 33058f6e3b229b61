import { bytes as bytesText, displaySymbol, type MimeBundle, table } from "../../display/index.js";
import type { FileModel } from "./fileModel.js";
import type { TranslatedModel } from "./fileOf.js";
import type { TfliteFile, TfliteTensor } from "./tflite.js";

/** The record of an export. */
export function summary(
  { content: model, mode }: TranslatedModel,
  { path, content }: { path: string | null; content: Uint8Array },
): TfliteFile {
  const record = {
    file: path,
    bytes: content.length,
    mode,
    inputs: described(model, model.inputNames, model.inputs),
    outputs: described(model, model.outputNames, model.outputs),
    operators: counts(model),
  };
  // These aren't enumerable, so that they aren't printed, and records are compared by their data.
  Object.defineProperty(record, "content", { value: content });
  Object.defineProperty(record, displaySymbol, { value: () => show(record as TfliteFile) });
  return record as TfliteFile;
}

function described(
  { tensors, dynamicBatch }: FileModel,
  names: readonly string[],
  indices: readonly number[],
): Record<string, TfliteTensor> {
  const entries = names.map((name, i) => {
    const { type, shape } = tensors[indices[i]!]!;
    return [name, { type, shape: dynamicBatch ? [null, ...shape.slice(1)] : [...shape] }] as const;
  });
  return Object.fromEntries(entries);
}

function counts({ operators }: FileModel): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { code } of operators) result[code] = (result[code] ?? 0) + 1;
  return result;
}

function show({ file, bytes, mode, inputs, outputs, operators }: TfliteFile): MimeBundle {
  const tensorRow = (role: string, name: string, { type, shape }: TfliteTensor) => [
    role,
    name,
    `${type} ${shape.map((size) => size ?? "any").join(" × ")}`,
  ];
  const rows = [
    ...Object.entries(inputs).map(([name, tensor]) => tensorRow("input", name, tensor)),
    ...Object.entries(outputs).map(([name, tensor]) => tensorRow("output", name, tensor)),
    ...Object.entries(operators).map(([name, count]) => ["operator", name, `${count}`]),
  ];
  const columns = [{ name: "part" }, { name: "name" }, { name: "value" }];
  const caption = `${file ?? "TensorFlow Lite file"}, mode ${mode}: ${bytesText(bytes)}`;
  return table(columns, rows, { caption });
}
