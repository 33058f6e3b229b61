import { createServer, type Server } from "node:net";
import { expect, test } from "vitest";
import type { Connection } from "../../../src/kernel/protocol/connection.js";
import { bindSockets } from "../../../src/kernel/protocol/sockets.js";

/** A server that holds a port, and that port. */
async function holder(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as { port: number }).port };
}

/** A connection of free ports, of which a server holds the shell's. */
async function connection(shell: number): Promise<Connection> {
  const others = await Promise.all([holder(), holder(), holder(), holder()]);
  const [control, iopub, stdin, hb] = others.map(({ port }) => port) as [
    number,
    number,
    number,
    number,
  ];
  for (const { server } of others) await new Promise((resolve) => server.close(resolve));
  const ports = { shell, control, iopub, stdin, hb };
  return { transport: "tcp", ip: "127.0.0.1", key: "", signature_scheme: "hmac-sha256", ports };
}

test("a port that another program holds for a moment is waited for", { tags: "slow" }, async () => {
  const { server, port } = await holder();
  const binding = bindSockets(await connection(port));
  setTimeout(() => server.close(), 150);
  const sockets = await binding;
  expect(sockets.shell.lastEndpoint).toBe(`tcp://127.0.0.1:${port}`);
  for (const socket of Object.values(sockets)) socket.close();
});

test("a port that stays in use is refused by channel, address and remedy", {
  tags: "slow",
}, async () => {
  const { server, port } = await holder();
  await expect(bindSockets(await connection(port))).rejects.toThrow(
    `The shell channel can't use tcp://127.0.0.1:${port}: Address already in use. ` +
      "Start the kernel again; Jupyter then chooses other ports.",
  );
  server.close();
});
