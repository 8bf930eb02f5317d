/** Servers that behave in a given way, on loopback, for tests. */
import { createServer, type Socket } from 'node:net';
import type { Endpoint } from '../attempt.ts';

export interface Listener extends Endpoint {
  /** Connections taken so far. */
  readonly accepted: () => number;
  /** How the last connections ended: true for a reset. */
  readonly resets: () => number;
  close(): Promise<void>;
}

/** Listens on a port of its own; `serve` gets each connection. */
export function listen(serve: (socket: Socket) => void, address = '127.0.0.1'): Promise<Listener> {
  let accepted = 0;
  let resets = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted++;
    sockets.add(socket);
    socket.on(
      'error',
      (error: NodeJS.ErrnoException) => void (error.code === 'ECONNRESET' && resets++),
    );
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, () => {
      const bound = server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
      const close = (): Promise<void> =>
        new Promise((closed) => {
          for (const socket of sockets) socket.destroy();
          server.close(() => closed());
        });
      resolve({ address, port, accepted: () => accepted, resets: () => resets, close });
    });
  });
}

/** A port on which nobody listens: it was free just now. */
export async function freePort(): Promise<Endpoint> {
  const listener = await listen(() => undefined);
  await listener.close();
  return { address: listener.address, port: listener.port };
}

/** Waits until `condition` holds; throws after `withinMs`. */
export async function until(condition: () => boolean, withinMs = 3_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`not so within ${withinMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
