/** A DNS query over UDP (RFC 1035): proves a name server by an answer to a name that it must know. */
import { createSocket } from 'node:dgram';
import {
  type Attempt,
  type Endpoint,
  type Found,
  failed,
  fault,
  success,
  within,
} from './attempt.ts';

export interface DnsProbe {
  /** The name asked for; its address records (type A). */
  readonly name: string;
  /** Uniform in [0, 1): for the id of the query. */
  readonly random: () => number;
}

const headerBytes = 12;
/** RFC 1035, section 4.1.1; RFC 6895, section 2.3. */
const responseCodes: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
};

/** Asks once; UDP may lose the question or the answer, which counts as no answer. Never rejects. */
export function probeDns(endpoint: Endpoint, probe: DnsProbe, timeoutMs: number): Promise<Attempt> {
  const { address, port } = endpoint;
  const id = Math.floor(probe.random() * 0x10000);
  return within({ address, timeoutMs }, (finish) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.on('error', (error) => finish(failed(error, address)));
    socket.on('message', (message) => {
      const found = judgeMessage(message, id, probe.name);
      if (found !== undefined) finish(found);
    });
    // Connected, so that the kernel passes on only what comes from there, and ICMP errors too.
    socket.connect(port, address, (error?: Error) => {
      if (error === undefined || error === null) socket.send(queryOf(id, probe.name));
      else finish(failed(error, address));
    });
    return { awaited: () => 'answer', close: () => socket.close() };
  });
}

/** A query for the address of `name` (RFC 1035, section 4.1). */
export function queryOf(id: number, name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x0100, 2); // Recursion desired.
  header.writeUInt16BE(1, 4); // One question.
  const question = labels.flatMap((label) => [
    Buffer.from([Buffer.byteLength(label)]),
    Buffer.from(label),
  ]);
  return Buffer.concat([header, ...question, Buffer.from([0, 0, 1, 0, 1])]);
}

/** The verdict on a message; undefined: it answers another question. NOERROR with an answer is success, all else says why not. */
export function judgeMessage(message: Buffer, id: number, name: string): Found | undefined {
  if (message.length < headerBytes || message.readUInt16BE(0) !== id) return undefined;
  const flags = message.readUInt16BE(2);
  if ((flags & 0x8000) === 0) return undefined;
  const code = flags & 0xf;
  const word = responseCodes[code] ?? `code ${code}`;
  if (code !== 0) return fault(`${word} for ${name}`);
  return message.readUInt16BE(6) > 0 ? success(`${word} for ${name}`) : fault(`no ${name}`);
}
