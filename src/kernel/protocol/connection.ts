import { readFileSync } from "node:fs";

/** The sockets that a kernel binds. */
export const channels = ["shell", "control", "iopub", "stdin", "hb"] as const;
export type Channel = (typeof channels)[number];

/** A connection file: where the kernel listens and how messages are signed. */
export interface Connection {
  transport: "tcp" | "ipc";
  ip: string;
  key: string;
  signature_scheme: string;
  ports: Record<Channel, number>;
}

/**
 * Reads a connection file.
 *
 * Source: Jupyter documentation, "Connection files".
 *
 * @throws Error if the file is invalid; the message names the file and the invalid value
 */
export function readConnection(path: string): Connection {
  let file: Record<string, unknown>;
  try {
    file = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`invalid connection file: ${path} (${(error as Error).message})`);
  }
  const { transport = "tcp", ip = "127.0.0.1", key = "", signature_scheme = "hmac-sha256" } = file;
  if (transport !== "tcp" && transport !== "ipc") {
    throw new Error(`invalid transport in ${path}: ${transport} (expected "tcp" or "ipc")`);
  }
  const ports = {} as Record<Channel, number>;
  for (const channel of channels) {
    const port = file[`${channel}_port`];
    if (!Number.isInteger(port) || (port as number) < 1) {
      throw new Error(`invalid ${channel}_port in ${path}: ${port} (expected a port number)`);
    }
    ports[channel] = port as number;
  }
  return {
    transport,
    ip: String(ip),
    key: String(key),
    signature_scheme: String(signature_scheme),
    ports,
  };
}

/**
 * The address of a channel.
 *
 * @example
 * address(connection, "shell") // "tcp://127.0.0.1:53794", or "ipc:///run/kernel-ipc-1"
 */
export function address({ transport, ip, ports }: Connection, channel: Channel): string {
  return `${transport}://${ip}${transport === "tcp" ? ":" : "-"}${ports[channel]}`;
}
