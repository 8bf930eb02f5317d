/** What TypeScript writes into maps against what the C compiler reads out of them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyBytes } from '@tricade/cluster';
import { expect, test } from 'vitest';
import {
  classAddress,
  configFlags,
  configValue,
  directorAbi,
  modeNumbers,
  prefixKey,
  realValue,
  replyValue,
  serviceFlags,
  serviceKey,
  serviceValue,
  wideAddress,
} from './abi.ts';
import { reasonWords } from './counters.ts';
import { untoldReason } from './events.ts';

const here = new URL('.', import.meta.url).pathname;

/** Runs testdata/abi.c: name → bytes, hexadecimal. */
function compiled(): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'tricade-abi-'));
  try {
    const program = join(folder, 'abi');
    const include = `-I${join(here, '../../bpf')}`;
    execFileSync('gcc', ['-Wall', '-Werror', include, join(here, 'testdata/abi.c'), '-o', program]);
    const lines = execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(' ') as [string, string]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('keys and values are as bpf/abi.h lays them out', () => {
  const addresses = ['198.51.100.21', '2001:db8:1::21'];
  const config = configValue({
    flags: configFlags.prefixes | configFlags.deny | configFlags.limit | configFlags.replies,
    sources: '198.51.100.192/26',
    limit: { intervalNs: 10_000_000, burst: 20 },
    self: 7,
    sample: 1_000,
    addresses: ['198.51.100.11', '2001:db8:1::11', '198.51.100.99'],
    secret: new Uint8Array(16).fill(9),
    mostDatagrams: 32_768,
    arms: [
      { ifindex: 3, mac: '02:00:00:00:00:11', mtuBytes: 1520 },
      { ifindex: 4, mac: '02:00:00:00:00:12', mtuBytes: 9000 },
    ],
    nat: { addresses: ['198.51.100.11', '2001:db8:1::11'], first: 1_024, count: 31_744 },
  });
  expect(config.readUInt32LE(0)).toBe(directorAbi);
  const service = serviceValue({
    hashKey: keyBytes('000102030405060708090a0b0c0d0e0f'),
    rowsAt: 4_096,
    rowsCount: 8_192,
    id: 3,
    flags: serviceFlags.second | serviceFlags.noPorts,
    mode: modeNumbers.dsr as number,
    affinity: 'source-network',
  });
  const written = {
    service_key: serviceKey(wideAddress('203.0.113.10'), 80, 'tcp'),
    class_key: serviceKey(classAddress(5), 0, 'udp'),
    service,
    real: realValue('02:00:00:00:00:21', addresses),
    silent: realValue(undefined, addresses.slice(0, 1), 1),
    director_config: config,
    reply: replyValue('203.0.113.10'),
    prefix_4: prefixKey('203.0.113.64', 28),
    prefix_6: prefixKey('2001:db8:ffff::', 64),
    tunnel: Buffer.of(modeNumbers.tunnel as number),
    gue: Buffer.of(modeNumbers.gue as number),
    dnat: Buffer.of(modeNumbers.dnat as number),
    untold: Buffer.of(untoldReason),
    reasons: Buffer.of(48),
    last: Buffer.of(Number(Object.keys(reasonWords).at(-1))),
  };
  const hex = Object.entries(written).map(([name, bytes]) => [name, bytes.toString('hex')]);
  expect(Object.fromEntries(hex)).toEqual(compiled());
});
