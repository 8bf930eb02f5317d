/** MACs of addresses, kept fresh: the kernel resolves them (ARP, RFC 826; ND, RFC 4861), this only gives it reason to. */
import { execFile } from 'node:child_process';
import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';

/** Discard (RFC 863): whoever listens throws the datagram away, whoever does not answers that; both resolve the address. */
const discardPort = 9;

interface Row {
  readonly dst?: string;
  readonly lladdr?: string;
  readonly state?: readonly string[];
}

/** `ip -j neigh show` → address → MAC of entries that hold one and did not fail. Throws SyntaxError where it is no JSON. */
export function parseNeighbours(output: string): Readonly<Record<string, string>> {
  const rows = JSON.parse(output.trim() || '[]') as readonly Row[];
  return Object.fromEntries(
    rows.flatMap(({ dst, lladdr, state = [] }) =>
      dst === undefined || lladdr === undefined || state.includes('FAILED') ? [] : [[dst, lladdr]],
    ),
  );
}

/** A neighbour's line of `ip -o monitor neigh` → its address and MAC; nothing where it has none, failed or is gone. */
export function neighbourOf(line: string): Readonly<Record<string, string>> {
  const [, address, mac, state] =
    /^(\S+) dev \S+ lladdr (\S+) (?:\S+ )*?(REACHABLE|STALE|DELAY|PROBE|NOARP|PERMANENT)\b/.exec(
      line.trim(),
    ) ?? [];
  return address === undefined || mac === undefined || state === undefined
    ? {}
    : { [address]: mac };
}

/** The kernel's table; undefined where it cannot be read. */
export function readNeighbours(): Promise<Readonly<Record<string, string>> | undefined> {
  return new Promise((resolve) => {
    execFile(
      'ip',
      ['-j', 'neigh', 'show'],
      { timeout: 2_000, maxBuffer: 16 << 20 },
      (error, stdout) => {
        try {
          resolve(error === null ? parseNeighbours(stdout) : undefined);
        } catch {
          resolve(undefined);
        }
      },
    );
  });
}

/** Sends one small datagram to each address, so that the kernel resolves it or finds that it is still right. */
export class Prober {
  readonly #sockets: Readonly<Record<4 | 6, Socket>> = {
    4: createSocket('udp4'),
    6: createSocket('udp6'),
  };

  constructor() {
    for (const socket of Object.values(this.#sockets)) socket.on('error', () => undefined).unref();
  }

  probe(addresses: Iterable<string>): void {
    for (const address of addresses) {
      const family = isIP(address);
      // Unreachable is what the neighbour table will say.
      if (family === 4 || family === 6)
        this.#sockets[family].send('', discardPort, address, () => undefined);
    }
  }

  close(): void {
    for (const socket of Object.values(this.#sockets)) socket.close();
  }
}
