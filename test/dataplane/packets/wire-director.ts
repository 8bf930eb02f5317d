/** The director at a cable: one service, four reals behind the cable's other end. */
import * as maps from './director-maps.ts';
import { ethernet, protocols, tcp } from './frames.ts';
import { edge, type Wire } from './wire.ts';

export const vip = '203.0.113.10';

/** 62 bytes, as the generator wants it. */
export const frame: Uint8Array = ethernet(
  { destination: edge.mac, source: '02:00:00:00:00:01' },
  tcp({
    source: '192.0.2.1',
    sourcePort: 40_001,
    destination: vip,
    destinationPort: 80,
    flags: 'A',
    sequence: 1,
    payload: new Uint8Array(8),
  }),
);

/** Four reals take `rowsCount` rows; every fourth row is in change. */
export async function direct(
  wire: Wire,
  mode: 'dsr' | 'ip' | 'gue' | 'dnat',
  { rowsCount, epoch }: { readonly rowsCount: number; readonly epoch: number },
): Promise<void> {
  for (const id of [1, 2, 3, 4]) {
    const real = { mac: `02:00:00:00:00:2${id}`, addresses: [`198.51.100.2${id}`] };
    await wire.set('reals', maps.numbers(4, id), maps.real(real));
  }
  const words = Array.from({ length: 16 }, (_, row) => {
    const second = row % 4 === 0 ? 1 + ((row / 4 + 1) % 4) : 0;
    return (second << 16) | (1 + ((row >> 2) % 4));
  });
  await wire.rows(rowsCount, words);
  const key = maps.serviceKey(maps.wideAddress(vip), 80, protocols.tcp);
  const hashKey = '000102030405060708090a0b0c0d0e0f';
  const flags = maps.serviceFlags.second;
  await wire.set('services', key, maps.service({ hashKey, rowsCount, mode, flags }));
  const config = maps.config({
    self: 3,
    servicesEpoch: epoch,
    outer: ['198.51.100.11'],
    arms: [{ ifindex: await wire.index(edge.device), mac: edge.mac }],
  });
  await wire.set('director_config', maps.numbers(4, 0), config);
}
