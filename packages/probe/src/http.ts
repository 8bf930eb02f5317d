/** An HTTP/1.1 request (RFC 9112): proves a server. One connection an attempt, so that a stuck listener is seen. */
import { connect } from 'node:net';
import {
  type Attempt,
  type Endpoint,
  type Found,
  failed,
  fault,
  success,
  within,
} from './attempt.ts';
import { abandon } from './tcp.ts';

export interface HttpProbe {
  readonly path: string;
  /** Host header; default the address. */
  readonly host?: string;
  /** Accepted status codes, inclusive ranges. */
  readonly statuses: readonly (readonly [number, number])[];
}

/** Status lines are short: what is longer is no HTTP server. */
const mostStatusBytes = 4_096;
/** How every status line of HTTP/1 begins (RFC 9112, section 4). */
const protocolName = 'HTTP/1.';

/** Asks and reads the status line; the body is not waited for. Never rejects. */
export function probeHttp(
  endpoint: Endpoint,
  probe: HttpProbe,
  timeoutMs: number,
): Promise<Attempt> {
  const { address, port } = endpoint;
  return within({ address, timeoutMs }, (finish) => {
    let text = '';
    let connected = false;
    const socket = connect({ host: address, port });
    socket.on('error', (error) => finish(failed(error, address)));
    socket.on('connect', () => {
      connected = true;
      socket.write(requestText(endpoint, probe));
    });
    socket.on('end', () => finish(fault(`closed ${text === '' ? 'without' : 'within'} an answer`)));
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const found = judgeAnswer(text, probe);
      if (found !== undefined) finish(found);
    });
    const awaited = (): string =>
      connected ? (text === '' ? 'answer' : 'status line') : 'connection';
    return { awaited, close: () => abandon(socket) };
  });
}

function requestText({ address }: Endpoint, probe: HttpProbe): string {
  const host = probe.host ?? (address.includes(':') ? `[${address}]` : address);
  return `GET ${probe.path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: tricade-probe\r\nConnection: close\r\n\r\n`;
}

/** The verdict on what was read so far; undefined: more is to come. */
export function judgeAnswer(text: string, probe: HttpProbe): Found | undefined {
  const head = text.slice(0, protocolName.length);
  if (!protocolName.startsWith(head)) return fault('not an HTTP answer');
  const end = text.indexOf('\n');
  if (end < 0 && text.length <= mostStatusBytes) return undefined;
  const status = /^HTTP\/1\.[01] (\d{3})[ \r\n]/.exec(text)?.[1];
  if (status === undefined) return fault('not an HTTP answer');
  const code = Number(status);
  const accepted = probe.statuses.some(([first, last]) => code >= first && code <= last);
  const detail = `HTTP ${status} on ${probe.path}`;
  return accepted ? success(detail) : fault(detail);
}
