import { createHash } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readOwnFile } from "../../src/datasets/own/ownFile.browser.js";
import { sha256OfBytes } from "../../src/datasets/own/sha256OfBytes.js";
import * as q from "../../src/index.js";

afterEach(() => vi.unstubAllGlobals());

const text = "größe,kind\n1,a\n2,b\n";
const bytes = new TextEncoder().encode(text);

describe("the digest of bytes that is there at once", () => {
  it("is that of Node at every length around the ends of blocks", () => {
    for (let length = 0; length < 200; length++) {
      const some = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
      expect(sha256OfBytes(some)).toBe(createHash("sha256").update(some).digest("hex"));
    }
  });
});

describe("a CSV file in a browser", () => {
  it("is a file that was chosen, read in a worker", () => {
    vi.stubGlobal(
      "FileReaderSync",
      class {
        readAsArrayBuffer = () => bytes.buffer;
      },
    );
    const read = readOwnFile(new File([bytes], "kinds.csv"));
    expect(read).toMatchObject({ name: "kinds.csv", text });
    expect(read.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  it("is a file of the page's server, with its bytes as they are", () => {
    let asked = "";
    vi.stubGlobal(
      "XMLHttpRequest",
      class {
        status = 200;
        responseText = Array.from(bytes, (byte) => String.fromCharCode(0xf700 + byte)).join("");
        open = (_: string, address: string) => {
          asked = address;
        };
        overrideMimeType() {}
        send() {}
      },
    );
    expect(readOwnFile("data/kinds.csv?v=1")).toMatchObject({ name: "kinds.csv", text });
    expect(asked).toBe("data/kinds.csv?v=1");
  });

  it("is refused with a way out where it can't be read", () => {
    expect(() => readOwnFile(new Blob([bytes]))).toThrow(
      /a page can't wait for a file, a worker can/,
    );
    vi.stubGlobal(
      "XMLHttpRequest",
      class {
        status = 404;
        open() {}
        overrideMimeType() {}
        send() {}
      },
    );
    expect(() => readOwnFile("none.csv")).toThrow(
      /cannot read none\.csv: status 404 \(expected the address/,
    );
    expect(() => q.dataset(new Blob([bytes]), "kind")).toThrow(/only a browser reads these/);
  });
});
