import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { address, readConnection } from "../../../src/kernel/protocol/connection.js";

const ports = { shell_port: 1, control_port: 2, iopub_port: 3, stdin_port: 4, hb_port: 5 };

function write(content: object | string): string {
  const path = join(mkdtempSync(join(tmpdir(), "qatlab-")), "connection.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

it("readConnection reads addresses for tcp and ipc", () => {
  const tcp = readConnection(write({ ...ports, ip: "127.0.0.1", key: "k" }));
  expect(address(tcp, "hb")).toBe("tcp://127.0.0.1:5");
  expect(tcp.key).toBe("k");
  const ipc = readConnection(write({ ...ports, transport: "ipc", ip: "/tmp/kernel-ipc" }));
  expect(address(ipc, "shell")).toBe("ipc:///tmp/kernel-ipc-1");
});

it("readConnection says which field is wrong", () => {
  expect(() => readConnection(write({ ...ports, hb_port: "x" }))).toThrow("invalid hb_port");
  expect(() => readConnection(write({ ...ports, transport: "udp" }))).toThrow("invalid transport");
  expect(() => readConnection(write("{"))).toThrow("invalid connection file");
});
