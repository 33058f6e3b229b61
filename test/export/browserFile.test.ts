import { describe, expect, it } from "vitest";
import { checkFile, writeWholeFile } from "../../src/export/files/file.browser.js";
import { installHost } from "../fixtures/host.js";

function shown(bytes: Uint8Array): Record<string, unknown> {
  const host = installHost();
  try {
    writeWholeFile("a<b.tflite", bytes, "q.export.tflite");
    return host.last() as Record<string, unknown>;
  } finally {
    host.remove();
  }
}

describe("an export in a browser's worker", () => {
  it("is a link that downloads the file, written into the notebook if the file is small", () => {
    const small = shown(new Uint8Array([1, 2, 3]));
    expect(small["text/html"]).toBe(
      '<a href="data:application/octet-stream;base64,AQID" download="a&lt;b.tflite">Download a&lt;b.tflite</a> (1 kB)',
    );
    const large = shown(new Uint8Array(3e6));
    expect(large["text/html"]).toMatch(
      /^<a href="blob:.*\(3,000 kB, until the kernel is restarted\)$/,
    );
  });

  it("takes its name from the end of a path, and refuses no name", () => {
    const target = { overwrite: false, example: "digits.tflite" };
    expect(checkFile({ ...target, file: "out/digits.tflite" })).toBe("digits.tflite");
    expect(() => checkFile({ ...target, file: "" })).toThrow(/invalid file/);
  });
});
