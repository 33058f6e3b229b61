import { createRequire } from "node:module";
import { type Contender, checkShape, type Entry } from "../contender.js";

/** The version that the measurements were tried with. */
const version = "1.30.0";

/** The parts of onnxruntime-node that are used; the package is optional, and may not be there. */
interface OnnxRuntime {
  InferenceSession: { create(path: string, options: object): Promise<Session> };
  Tensor: new (type: string, values: ArrayLike<number>, shape: number[]) => Tensor;
  env: { versions: { node?: string; common: string } };
}

interface Session {
  inputNames: readonly string[];
  outputNames: readonly string[];
  inputMetadata: readonly { type: string; shape: readonly (number | string)[] }[];
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

interface Tensor {
  data: ArrayLike<number>;
}

/**
 * @internal
 * Opens an `.onnx` file in ONNX Runtime.
 *
 * @throws Error if onnxruntime-node isn't installed, or refuses the file; TypeError if the file takes other inputs
 */
export async function openOnnx({ name, path, bytes, threads, shape }: Entry): Promise<Contender> {
  const ort = load(name);
  const session = await ort.InferenceSession.create(path, {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const [input] = session.inputMetadata;
  checkShape(path, session.inputNames.length, input?.shape ?? [], shape);
  const [size] = input!.shape;
  const batch = typeof size === "number" && size > 0 ? size : 1;
  const feeds = (values: Float32Array) => ({
    [session.inputNames[0]!]: new ort.Tensor(input!.type, typed(input!.type, values), [
      batch,
      ...shape,
    ]),
  });
  const output = session.outputNames[0]!;
  return {
    ...{ name, bytes, threads, batch },
    runtime: `ONNX Runtime ${ort.env.versions.node ?? ort.env.versions.common}`,
    run: async (values) => Float32Array.from((await session.run(feeds(values)))[output]!.data),
    time: async (values, calls) => {
      const inputs = feeds(values);
      const times: number[] = [];
      for (let i = 0; i < calls; i++) {
        const begin = performance.now();
        await session.run(inputs);
        times.push(performance.now() - begin);
      }
      return times;
    },
    close: () => session.release(),
  };
}

function typed(type: string, values: Float32Array): Float32Array | Int32Array {
  return type === "int32" ? Int32Array.from(values) : values;
}

function load(name: string): OnnxRuntime {
  try {
    return createRequire(import.meta.url)("onnxruntime-node") as OnnxRuntime;
  } catch (cause) {
    throw new Error(
      `q.benchmark runs ${name} in onnxruntime-node, which isn't installed (npm install onnxruntime-node@${version})`,
      { cause },
    );
  }
}
