/** A TCP connection: proves a port. Ends with a reset so that no TIME_WAIT stays here and no worker is woken there for long. */
import { connect } from 'node:net';
import { type Attempt, type Endpoint, failed, timedOut } from './attempt.ts';

/** Connects and closes again. Never rejects. */
export function probeTcp(endpoint: Endpoint, timeoutMs: number): Promise<Attempt> {
  const started = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host: endpoint.address, port: endpoint.port });
    const finish = (attempt: Attempt): void => {
      clearTimeout(timer);
      socket.resetAndDestroy();
      resolve(attempt);
    };
    const timer = setTimeout(
      () => finish(timedOut(timeoutMs, performance.now() - started, 'connection')),
      timeoutMs,
    );
    socket.on('error', (error) => finish(failed(error, performance.now() - started)));
    socket.on('connect', () =>
      finish({
        ok: true,
        detail: 'connected',
        unreachable: false,
        tookMs: performance.now() - started,
      }),
    );
  });
}
