/** An HTTP/1.1 request (RFC 9112): proves a server. One connection an attempt, so that a stuck listener is seen. */
import { connect } from 'node:net';
import { type Attempt, type Endpoint, failed, timedOut } from './attempt.ts';

export interface HttpProbe {
  readonly path: string;
  readonly host?: string;
  /** Accepted status codes, inclusive ranges. */
  readonly statuses: readonly (readonly [number, number])[];
}

/** Status lines are short: what is longer is no HTTP server. */
const mostStatusBytes = 4096;

/** Asks and reads the status line; the body is not waited for. Never rejects. */
export function probeHttp(
  endpoint: Endpoint,
  probe: HttpProbe,
  timeoutMs: number,
): Promise<Attempt> {
  const started = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: endpoint.address, port: endpoint.port });
    const finish = (attempt: Attempt): void => {
      clearTimeout(timer);
      socket.resetAndDestroy();
      resolve(attempt);
    };
    const took = (): number => performance.now() - started;
    const timer = setTimeout(
      () => finish(timedOut(timeoutMs, took(), text === '' ? 'answer' : 'status line')),
      timeoutMs,
    );
    socket.on('error', (error) => finish(failed(error, took())));
    socket.on('connect', () => socket.write(requestText(endpoint, probe)));
    socket.on('end', () =>
      finish({ ok: false, detail: 'closed without an answer', unreachable: false, tookMs: took() }),
    );
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (text.includes('\n') || text.length > mostStatusBytes)
        finish({ ...judgeStatus(text, probe), unreachable: false, tookMs: took() });
    });
  });
}

function requestText(endpoint: Endpoint, probe: HttpProbe): string {
  const host =
    probe.host ?? (endpoint.address.includes(':') ? `[${endpoint.address}]` : endpoint.address);
  return `GET ${probe.path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: tricade-probe\r\nConnection: close\r\n\r\n`;
}

/** The verdict on a status line. */
export function judgeStatus(
  text: string,
  probe: HttpProbe,
): { readonly ok: boolean; readonly detail: string } {
  const status = Number(/^HTTP\/1\.[01] (\d{3})[ \r\n]/.exec(text)?.[1]);
  if (Number.isNaN(status)) return { ok: false, detail: 'not an HTTP answer' };
  const ok = probe.statuses.some(([first, last]) => status >= first && status <= last);
  return { ok, detail: `HTTP ${status} on ${probe.path}` };
}
