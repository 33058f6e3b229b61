import type { Engine, IntegerProgram, IntegerTensor, KernelName } from "../../../integer/index.js";
import type { PageData } from "../pageData.js";
import { Answers } from "./answers.js";
import { fitted } from "./drawing.js";
import { byId, element, paintImage, picture } from "./elements.js";
import { type FloatPlan, floatEngine } from "./floatEngine.js";
import { softmaxOf } from "./floatOps.js";
import { Layers } from "./layers.js";
import { Pad } from "./pad.js";

/** The modules of the library that the page has inside. */
interface EngineModule {
  createEngine(program: IntegerProgram): Engine;
}

interface CodesModule {
  quantize(
    values: ArrayLike<number>,
    tensor: IntegerTensor,
    kernel: KernelName,
  ): Int16Array | Int32Array;
  dequantize(codes: ArrayLike<number>, tensor: IntegerTensor): Float32Array;
}

interface TextModule {
  programFromJson(text: string): IntegerProgram;
}

/** The results of the integers for values of the input: the codes of the output, and those of all tensors. */
interface Integers {
  readonly output: Int16Array | Int32Array;
  codesOf(tensor: number): Int16Array | Int32Array;
}

/** The models in the page. */
export interface Inside {
  readonly program: IntegerProgram;
  runIntegers(values: Float32Array): Integers;
  readonly runFloat?: (values: Float32Array) => Float32Array;
  /** The values of the input that was answered last. */
  values?: Float32Array;
}

const floats = (text: string) =>
  new Float32Array(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);

const probabilities = (values: Float32Array, { ops }: Pick<IntegerProgram, "ops">) =>
  ops.at(-1)?.type === "softmax" ? values : softmaxOf(values);

/** Makes the page live. */
export function start(engines: EngineModule, codes: CodesModule, texts: TextModule): void {
  const data: PageData = JSON.parse(byId("data").textContent!);
  const program = texts.programFromJson(data.integer);
  const float = data.float === undefined ? undefined : texts.programFromJson(data.float);
  const engine = engines.createEngine(program);
  const runFloat = float && floatEngine(float as unknown as FloatPlan);
  const [input, output] = [
    program.tensors[program.inputs[0]!]!,
    program.tensors[program.outputs[0]!]!,
  ];
  const runIntegers = (values: Float32Array): Integers => {
    const [result] = engine.run([codes.quantize(values, input, program.kernel)]);
    return { output: result!, codesOf: (tensor) => engine.codes(tensor) };
  };
  const answers = new Answers(data.classes, runFloat ? ["float", "integers"] : ["integers"]);
  const layers = new Layers(program);
  const seen = picture(data.shape[1], data.shape[0], "The image that the models see");
  byId("seen").append(seen);

  // Tests and curious readers ask here for codes, and for the values of the last input.
  const inside: Inside = { program, runIntegers, runFloat };
  Object.assign(globalThis, { qatlab: inside });
  const answer = (values: Float32Array): void => {
    inside.values = values;
    paintImage(seen, values, data.range);
    const { output: result, codesOf } = runIntegers(values);
    const shares = probabilities(codes.dequantize(result, output), program);
    const all = [{ name: "integers", shares }];
    if (runFloat) all.unshift({ name: "float", shares: probabilities(runFloat(values), float!) });
    answers.show(all);
    layers.show(codesOf);
  };
  // The heat maps have the colours of the reader's theme.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    if (inside.values) answer(inside.values);
  });
  connect(data, answer, () => {
    inside.values = undefined;
    seen.getContext("2d")!.clearRect(0, 0, seen.width, seen.height);
    answers.clear();
  });
}

/** Connects the field, the button and the examples with the answers. */
function connect(data: PageData, answer: (values: Float32Array) => void, clear: () => void): void {
  const [height, width, channels] = data.shape;
  const [paper, inked] = data.range;
  const pad = new Pad((ink) => {
    const small = fitted(ink, height, width, data.margin);
    const values = Float32Array.from({ length: height * width * channels }, (_, i) => {
      return paper + small[Math.floor(i / channels)]! * (inked - paper);
    });
    answer(values);
  });
  byId("clear").addEventListener("click", () => {
    pad.clear();
    clear();
  });
  for (const example of data.examples) {
    const values = floats(example.values);
    const image = picture(width, height, "");
    image.setAttribute("aria-hidden", "true");
    paintImage(image, values, data.range);
    const name = `Example: ${example.label}`;
    const button = element("button", { type: "button", "aria-label": name, title: name }, image);
    button.addEventListener("click", () => {
      pad.show(values, data.shape, data.range);
      answer(values);
    });
    byId("examples").append(button);
  }
}
