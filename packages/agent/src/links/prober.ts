/** Reason for the kernel to resolve addresses (ARP, RFC 826; ND, RFC 4861) and to find out that they are still right. */
import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';

/** Discard (RFC 863): whoever listens throws the datagram away, whoever does not answers that; both resolve the address. */
const discardPort = 9;

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
