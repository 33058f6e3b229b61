import { ConstantBuffers } from "./constantBuffers.js";
import type { FileModel, FileOperator, FileTensor } from "./fileModel.js";
import { FlatTables } from "./flatTables.js";
import { builtinOperator, builtinOptions, tensorType } from "./schema/enums.js";
import * as tables from "./schema/model.js";
import { options } from "./schema/options.js";
import type { Table } from "./schema/table.js";
import { quantizationParameters, tensor as tensorTable } from "./schema/tensor.js";

/** The version of the schema, and the identifier that stands in the file's bytes 4 to 7. */
const schemaVersion = 3;
const identifier = "TFL3";
/** The key of the signature; Python's converter gives it to a Keras model too. */
const signatureKey = "serving_default";
/** The oldest release of TensorFlow Lite that has all operators in the versions that are written. */
const runtimeVersion = "1.14.0";

/**
 * The bytes of a `.tflite` file.
 *
 * Format: tensorflow/compiler/mlir/lite/schema/schema.fbs, version 3.
 */
export function writeFile(file: FileModel): Uint8Array {
  const flat = new FlatTables(startSize(file));
  const buffers = new ConstantBuffers(flat);
  const tensors = flat.offsets(
    file.tensors.map((tensor) => writeTensor(flat, buffers, file, tensor)),
  );
  const kinds = kindsOf(file.operators);
  const operators = flat.offsets(
    file.operators.map((operator) =>
      writeOperator(flat, operator, kinds.indexOf(kindOf(operator))),
    ),
  );
  const graph = flat.table(tables.subGraph, {
    tensors,
    inputs: flat.int32s(file.inputs),
    outputs: flat.int32s(file.outputs),
    operators,
    name: flat.string("main"),
  });
  const version = buffers.add(new TextEncoder().encode(runtimeVersion.padEnd(16, "\0")));
  const metadata = flat.table(tables.metadata, {
    name: flat.string("min_runtime_version"),
    buffer: version,
  });
  const root = flat.table(tables.model, {
    version: schemaVersion,
    operatorCodes: flat.offsets(kinds.map((kind) => writeKind(flat, kind))),
    subgraphs: flat.offsets([graph]),
    description: flat.string("qatlab"),
    buffers: buffers.finish(),
    metadata: flat.offsets([metadata]),
    signatureDefs: flat.offsets([writeSignature(flat, file)]),
  });
  return flat.finish(root, identifier);
}

/** A first guess of the file's size; the builder doubles it as often as it needs. */
function startSize({ tensors }: FileModel): number {
  return tensors.reduce((sum, { data }) => sum + 256 + (data?.byteLength ?? 0), 4096);
}

function writeTensor(
  flat: FlatTables,
  buffers: ConstantBuffers,
  file: FileModel,
  tensor: FileTensor,
): number {
  const { name, shape, type, quantization, data, isVariable } = tensor;
  const open = file.dynamicBatch && !data && !isVariable && shape.length > 0;
  return flat.table(tensorTable, {
    shape: flat.int32s(shape),
    type: tensorType[type],
    buffer: data ? buffers.addConstant(type, data) : 0,
    name: flat.string(name),
    quantization:
      quantization &&
      flat.table(quantizationParameters, {
        scale: flat.float32s(quantization.scale),
        zeroPoint: flat.int64s(quantization.zeroPoint),
        quantizedDimension: quantization.axis ?? 0,
      }),
    isVariable: isVariable ?? false,
    shapeSignature: open ? flat.int32s([-1, ...shape.slice(1)]) : undefined,
    hasRank: true,
  });
}

function writeOperator(flat: FlatTables, operator: FileOperator, opcodeIndex: number): number {
  const { inputs, outputs, options: stated, intermediates } = operator;
  return flat.table(tables.operator, {
    opcodeIndex,
    inputs: flat.int32s(inputs),
    outputs: flat.int32s(outputs),
    builtinOptionsType: stated && builtinOptions[stated.name],
    builtinOptions: stated && flat.table(options[stated.name] as Table, stated.values),
    intermediates: intermediates && flat.int32s(intermediates),
  });
}

/** An operator's code and version, as in `CONV_2D 3`. */
function kindOf({ code, version }: FileOperator): string {
  return `${code} ${version}`;
}

function kindsOf(operators: readonly FileOperator[]): string[] {
  return [...new Set(operators.map(kindOf))];
}

/** Old readers know codes up to 127 only, in a field of 8 bits. */
function writeKind(flat: FlatTables, kind: string): number {
  const [code, version] = kind.split(" ") as [keyof typeof builtinOperator, string];
  const builtinCode = builtinOperator[code];
  return flat.table(tables.operatorCode, {
    deprecatedBuiltinCode: Math.min(builtinCode, 127),
    version: Number(version),
    builtinCode,
  });
}

function writeSignature(flat: FlatTables, file: FileModel): number {
  const maps = (names: readonly string[], indices: readonly number[]) =>
    flat.offsets(
      names.map((name, i) =>
        flat.table(tables.tensorMap, { name: flat.string(name), tensorIndex: indices[i]! }),
      ),
    );
  return flat.table(tables.signatureDef, {
    inputs: maps(file.inputNames, file.inputs),
    outputs: maps(file.outputNames, file.outputs),
    signatureKey: flat.string(signatureKey),
    subgraphIndex: 0,
  });
}
