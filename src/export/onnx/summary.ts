import { bytes as bytesText, displaySymbol, type MimeBundle, table } from "../../display/index.js";
import type { WrittenModel } from "./modelFile.js";
import type { OnnxFile, OnnxMode, OnnxTensor } from "./onnx.js";
import { elementTypes, type Messages } from "./schema.js";

/** @internal The record of an export. */
export function summary(
  { graph, content }: WrittenModel,
  { path, mode }: { path: string | null; mode: OnnxMode },
): OnnxFile {
  const record = {
    file: path,
    bytes: content.length,
    mode,
    inputs: described(graph.input),
    outputs: described(graph.output),
    nodes: counts(graph),
  };
  // These aren't enumerable, so that they aren't printed, and records are compared by their data.
  Object.defineProperty(record, "content", { value: content });
  Object.defineProperty(record, displaySymbol, { value: () => show(record as OnnxFile) });
  return record as OnnxFile;
}

function described(values: readonly Messages["ValueInfoProto"][]): Record<string, OnnxTensor> {
  const entries = values.map(({ name, type }) => {
    const { elemType, shape } = type.tensorType;
    const [element] = Object.entries(elementTypes).find(([, value]) => value === elemType)!;
    return [name, { type: element, shape: shape.dim.map(({ dimValue }) => dimValue ?? null) }];
  });
  return Object.fromEntries(entries);
}

function counts({ node }: Messages["GraphProto"]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { opType } of node) result[opType] = (result[opType] ?? 0) + 1;
  return result;
}

function show({ file, bytes, mode, inputs, outputs, nodes }: OnnxFile): MimeBundle {
  const tensorRow = (role: string, name: string, { type, shape }: OnnxTensor) => [
    role,
    name,
    `${type} ${shape.map((size) => size ?? "any").join(" × ")}`,
  ];
  const rows = [
    ...Object.entries(inputs).map(([name, tensor]) => tensorRow("input", name, tensor)),
    ...Object.entries(outputs).map(([name, tensor]) => tensorRow("output", name, tensor)),
    ...Object.entries(nodes).map(([name, count]) => ["node", name, `${count}`]),
  ];
  const columns = [{ name: "part" }, { name: "name" }, { name: "value" }];
  const caption = `${file ?? "ONNX file"}, mode ${mode}: ${bytesText(bytes)}`;
  return table(columns, rows, { caption });
}
