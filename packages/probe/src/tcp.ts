/** A TCP connection: proves a port. Ends with a reset so that no TIME_WAIT stays here and no worker is woken there for long. */
import { connect, type Socket } from 'node:net';
import { type Attempt, type Endpoint, failed, success, within } from './attempt.ts';

/** Connects and closes again. Never rejects. */
export function probeTcp({ address, port }: Endpoint, timeoutMs: number): Promise<Attempt> {
  return within({ address, timeoutMs }, (finish) => {
    const socket = connect({ host: address, port });
    socket.on('error', (error) => finish(failed(error, address)));
    socket.on('connect', () => finish(success('connected')));
    return { awaited: () => 'connection', close: () => abandon(socket) };
  });
}

/**
 * Ends a connection at once. One that is not made yet is dropped: a reset would wait for it as long as the kernel tries, minutes for a dead host.
 */
export function abandon(socket: Socket): void {
  if (socket.connecting || socket.destroyed) socket.destroy();
  else socket.resetAndDestroy();
}
