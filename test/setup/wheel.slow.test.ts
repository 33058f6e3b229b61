import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createContext, venvPython } from "../../scripts/setup/context.mjs";
import type { Platform } from "../../scripts/setup/platforms.mjs";
import { provide } from "../../scripts/setup/tensorflow.mjs";
import { removeAll, temporaryFolder, unreachable } from "./clone.js";

const name = "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl";

/** A small wheel of the same build as TensorFlow's, made by Python's own zipfile. */
const makeWheel = `
import base64, hashlib, sys, zipfile
files = {
    "tensorflow/libtensorflow_cc.so.2": b"library" * 1000, "tensorflow/libtensorflow_framework.so.2": b"framework",
    "tensorflow/include/tensorflow/c/c_api.h": b"// header", "tensorflow/include/unneeded/big.h": b"no",
    "tensorflow/THIRD_PARTY_NOTICES.txt": b"notices", "tensorflow/python/other.so": b"no",
    "tensorflow_cpu-2.21.0.dist-info/METADATA": b"Metadata-Version: 2.1\\nName: tensorflow-cpu\\nVersion: 2.21.0\\n",
    "tensorflow_cpu-2.21.0.dist-info/WHEEL": b"Wheel-Version: 1.0\\nTag: cp311-cp311-manylinux_2_27_x86_64\\n",
}
digest = lambda data: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
rows = [f"{name},sha256={digest(data)},{len(data)}" for name, data in files.items()]
if sys.argv[2:] == ["tampered"]:
    files["tensorflow/libtensorflow_framework.so.2"] = b"tampered!"
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    for name, data in files.items():
        wheel.writestr(name, data)
    wheel.writestr("tensorflow_cpu-2.21.0.dist-info/RECORD", "\\n".join(rows))
`;

describe("TensorFlow's wheel", () => {
  const python = venvPython(createContext());
  const notes: string[] = [];
  const report = { update() {}, note: (text: string) => notes.push(text) };
  const replies: Buffer[] = [];
  let server: Server;
  let address = "";
  let wheel: Buffer;
  const before = { ...process.env };

  beforeAll(async () => {
    wheel = buildWheel();
    // The bare minimum of an index as PEP 503 describes it; each download takes the next reply.
    server = createServer((request, response) => {
      if (request.url?.endsWith(".whl")) response.end(replies.shift());
      else
        response.setHeader("Content-Type", "text/html").end(`<a href="/files/${name}">${name}</a>`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    notes.length = 0;
    replies.length = 0;
    process.env = { ...before };
  });
  afterAll(() => {
    server.close();
    removeAll();
  });

  function buildWheel(...options: string[]): Buffer {
    const file = join(temporaryFolder(), name);
    execFileSync("python3", ["-c", makeWheel, file, ...options]);
    return readFileSync(file);
  }

  function fetchFrom(index: string, expected: Buffer, archive = unreachable.TFJS_NODE_CDN_STORAGE) {
    Object.assign(process.env, unreachable, {
      PIP_INDEX_URL: index,
      PIP_RETRIES: "0",
      TFJS_NODE_CDN_STORAGE: archive,
    });
    const platform: Platform = {
      proven: true,
      wheel: {
        project: "tensorflow-cpu",
        version: "2.21.0",
        tag: "manylinux_2_27_x86_64",
        sha256: createHash("sha256").update(expected).digest("hex"),
        size: expected.length,
      },
      archive: { path: "libtensorflow.tar.gz", version: "2.9.1" },
      zig: "",
      link: [],
    };
    const context = { ...createContext(), cache: temporaryFolder() };
    return { context, result: provide(context, { python, report, platform }) };
  }

  it("gives its libraries, C headers and licences, and nothing else", async () => {
    replies.push(wheel);
    const { folder, manifest } = await fetchFrom(`${address}/simple`, wheel).result;
    const files = readdirSync(folder, { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile()).map((file) => file.name)).toEqual(
      expect.arrayContaining(["libtensorflow_cc.so.2", "c_api.h", "THIRD_PARTY_NOTICES.txt"]),
    );
    expect(readdirSync(join(folder, "lib"))).toHaveLength(2);
    expect(readdirSync(join(folder, "include"))).toEqual(["tensorflow"]);
    expect(manifest).toMatchObject({ source: "wheel", verified: true, version: "2.21.0" });
  });

  it("is fetched again when the download was cut short", async () => {
    replies.push(wheel.subarray(0, wheel.length / 2), wheel);
    const { manifest } = await fetchFrom(`${address}/simple`, wheel).result;
    expect(notes.join()).toContain("the download was cut short or changed");
    expect(manifest.files["libtensorflow_cc.so.2"]?.size).toBe(7000);
    expect(replies).toHaveLength(0);
  });

  it("is not used when it is damaged every time", async () => {
    replies.push(wheel.subarray(0, wheel.length / 2), buildWheel("tampered"));
    const { context, result } = fetchFrom(`${address}/simple`, wheel);
    await expect(result).rejects.toThrow(/the download is damaged: its SHA-256 is \w{64}/);
    expect(readdirSync(join(context.cache, "tensorflow"))).toEqual([]);
  });

  it("is not used when a file isn't what its RECORD says", async () => {
    const tampered = buildWheel("tampered");
    replies.push(tampered, tampered);
    await expect(fetchFrom(`${address}/simple`, tampered).result).rejects.toThrow(
      /PyPI's tensorflow-cpu 2\.21\.0: unpacking the wheel failed/,
    );
  });

  it("is replaced by the official archive where PyPI isn't reached, marked as unverified", async () => {
    const folder = temporaryFolder();
    execFileSync("mkdir", ["-p", join(folder, "lib"), join(folder, "include")]);
    writeFileSync(join(folder, "lib", "libtensorflow.so.2.9.1"), "library");
    execFileSync("ln", ["-s", "libtensorflow.so.2.9.1", join(folder, "lib", "libtensorflow.so.2")]);
    const tar = execFileSync("tar", ["cf", "-", "./lib", "./include"], { cwd: folder });
    const archives = createServer((_, response) => response.end(gzipSync(tar)));
    await new Promise<void>((resolve) => archives.listen(0, "127.0.0.1", resolve));
    const { port } = archives.address() as AddressInfo;
    const { result } = fetchFrom(unreachable.PIP_INDEX_URL, wheel, `http://127.0.0.1:${port}/`);
    const { manifest, entry, folder: placed } = await result;
    archives.close();
    expect(entry).toMatch(/^tensorflow\/2\.9\.1-archive-/);
    expect(manifest).toMatchObject({ source: "archive", verified: false });
    expect(readFileSync(join(placed, "lib", "libtensorflow.so.2"), "utf8")).toBe("library");
  });
});
