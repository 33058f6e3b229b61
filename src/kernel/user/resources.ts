import dgram from "node:dgram";
import type { EventEmitter } from "node:events";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import workers from "node:worker_threads";
import { calledByCell } from "../cell/index.js";
import { cellContext } from "./context.js";

type AnyFunction = (...args: any[]) => any;

/**
 * Ends the resources that a cell's code has opened when the cell is interrupted, after the cell has cleaned up: servers,
 * connections, UDP sockets, watchers of files, streams that read files, workers. Those of earlier cells stay,
 * and so does a worker that a library started, since other cells may need it too. Files that are written, and files
 * that were opened by `fs.open`, stay as they are.
 */
export function endResources(): void {
  patchMethod(net.Server.prototype, "listen", (server: net.Server) => {
    const connections = new Set<net.Socket>();
    const own = (socket: net.Socket) => {
      connections.add(socket);
      socket.once("close", () => connections.delete(socket));
    };
    server.on("connection", own);
    owns(server, "close", () => {
      server.close();
      for (const connection of connections) connection.destroy();
    });
  });
  patchMethod(net.Socket.prototype, "connect", (socket: net.Socket) => {
    owns(socket, "close", () => socket.destroy());
  });
  patchMethod(dgram.Socket.prototype, "bind", (socket: dgram.Socket) => {
    owns(socket, "close", () => socket.close());
  });
  patchFunction(fs, "watch", (watcher: fs.FSWatcher) => {
    owns(watcher, "close", () => watcher.close());
  });
  patchFunction(fs, "createReadStream", (stream: fs.ReadStream) => {
    owns(stream, "close", () => stream.destroy());
  });
  workers.Worker = new Proxy(workers.Worker, {
    construct(target, args, newTarget) {
      const worker = Reflect.construct(target, args, newTarget) as workers.Worker;
      owns(worker, "exit", () => void worker.terminate(), { directly: true });
      return worker;
    },
  });
  syncBuiltinESMExports();
}

/** Has `end` called when the cell that opens a resource now is interrupted, unless the resource ends before. */
function owns(
  resource: EventEmitter,
  ended: string,
  end: () => void,
  { directly = false } = {},
): void {
  const context = cellContext.getStore();
  if (!context?.possible || !calledByCell({ directly })) return;
  const forget = context.own(() => {
    try {
      end();
    } catch {
      // it has ended by itself
    }
  });
  resource.once(ended, forget);
}

/** Calls `opened` with the object after its method has been called. */
function patchMethod<T>(prototype: object, name: string, opened: (self: T) => void): void {
  patch(
    prototype,
    name,
    (original) =>
      function (this: T, ...args: unknown[]): unknown {
        const result: unknown = Reflect.apply(original, this, args);
        opened(this);
        return result;
      },
  );
}

/** Calls `opened` with what a function returns. */
function patchFunction<T>(target: object, name: string, opened: (result: T) => void): void {
  patch(target, name, (original) => (...args: unknown[]) => {
    const result: T = original(...args);
    opened(result);
    return result;
  });
}

function patch(target: object, name: string, wrap: (original: AnyFunction) => AnyFunction): void {
  const functions = target as Record<string, AnyFunction>;
  const original = functions[name]!;
  const wrapped = wrap(original);
  Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  functions[name] = wrapped;
}
