const refusal =
  "q.export.page puts the library's own files into the page, which a tab can't read (run the notebook in Node for it: npx qatlab start; in a tab q.export.tflite, q.export.onnx and q.export.c give downloads)";

/** @throws Error if the function is called */
export async function linkScript(_entries: readonly string[]): Promise<string> {
  throw new Error(refusal);
}

/** @throws Error if the function is called */
export function policyHash(_text: string): string {
  throw new Error(refusal);
}
