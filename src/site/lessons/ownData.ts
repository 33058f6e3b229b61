import type { Contents } from "./host.js";

/** The files that the library reads; JupyterLab has its own way with pictures. */
const readable = /\.(csv|tsv|txt|tflite|onnx|keras|h5)$/i;

/**
 * Keeps files that the reader drops onto the page, so that cells read them by their names.
 *
 * @param say is told of each file that is kept, or why it couldn't be
 */
export function takeDroppedFiles(
  page: Document,
  contents: Contents,
  say: (name: string, failure?: string) => void,
): void {
  const filesOf = ({ dataTransfer }: DragEvent) =>
    [...(dataTransfer?.files ?? [])].filter(({ name }) => readable.test(name));
  page.addEventListener(
    "dragover",
    (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    },
    true,
  );
  page.addEventListener(
    "drop",
    (event) => {
      const files = filesOf(event);
      if (files.length === 0) return;
      event.preventDefault();
      event.stopPropagation();
      for (const file of files) void keepFile(file, contents, say);
    },
    true,
  );
}

/** Keeps a file beside the notebooks. */
async function keepFile(
  file: File,
  contents: Contents,
  say: (name: string, failure?: string) => void,
): Promise<void> {
  try {
    const content = base64Of(new Uint8Array(await file.arrayBuffer()));
    await contents.save(file.name, { type: "file", format: "base64", content });
    say(file.name);
  } catch (error) {
    say(file.name, (error as Error).message);
  }
}

function base64Of(bytes: Uint8Array): string {
  const part = 2 ** 14;
  let text = "";
  for (let at = 0; at < bytes.length; at += part) {
    text += String.fromCharCode(...bytes.subarray(at, at + part));
  }
  return btoa(text);
}
