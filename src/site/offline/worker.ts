import { Answers, type World } from "./answers.js";
import type { Build } from "./build.js";
import { Shelf } from "./shelf.js";

/** The part of a service worker's `self` that is used. */
interface WorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: {
    claim(): Promise<void>;
    get(id: string): Promise<{ postMessage(message: unknown): void } | undefined>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: never) => void): void;
}

interface Extendable {
  waitUntil(promise: Promise<unknown>): void;
}

interface Asking {
  readonly request: Request;
  readonly clientId: string;
  readonly resultingClientId: string;
  respondWith(response: Promise<Response>): void;
}

/** Starts the service worker of a build. It takes over at once: its pages ask for their own build anyway. */
export function startServiceWorker(scope: WorkerScope, build: Build): void {
  const address = scope.registration.scope;
  const shelf = new Shelf(build, address, caches);
  const world: World = {
    scope: address,
    fetch: (request, init) => fetch(request, init),
    tell: (client) =>
      void scope.clients.get(client).then((page) => page?.postMessage({ type: "updated" })),
  };
  const answers = new Answers(build, shelf, world);
  scope.addEventListener("install", (event: Extendable) => event.waitUntil(scope.skipWaiting()));
  scope.addEventListener("activate", (event: Extendable) =>
    event.waitUntil(shelf.clear().then(() => scope.clients.claim())),
  );
  scope.addEventListener("fetch", (event: Asking) => {
    const { request, clientId: client, resultingClientId: opens } = event;
    const answer = answers.answer({ request, client, opens });
    if (answer) event.respondWith(answer);
  });
  scope.addEventListener("message", (event: Extendable & { data: { keep?: string[] } }) => {
    if (Array.isArray(event.data?.keep)) event.waitUntil(answers.keep(event.data.keep));
  });
}
