/** Every mode of every director's driver with real packets: what was captured at each hop equals what `trace` says. A driver is one more column. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { L4Mode } from '@tricade/cluster';
import { l4Capabilities } from '@tricade/l4-tier/capabilities';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { healthy, must, type Stage } from '../../demo/measure.ts';
import { lower, raise } from '../../demo/stage.ts';
import { tricade } from '../../demo/tricade.ts';
import { type Column, clusterFile, rowsOf } from './mode-matrix.ts';
import { figure } from './standing.ts';

const ableOf = (driver: string) => {
  const { modes = [] } = l4Capabilities['director']?.[driver] ?? {};
  return { driver, modes: modes as readonly L4Mode[] };
};
const columns: readonly Column[] = [
  { name: 'nft', ...ableOf('nft'), proxies: 'nginx' },
  {
    name: 'xdp',
    ...ableOf('xdp'),
    tunnel: '{ sources: 198.51.100.192/26 }',
    proxies: 'haproxy',
  },
  {
    name: 'xdp-gue',
    driver: 'xdp',
    modes: ['dsr', 'dnat', 'tunnel'],
    tunnel: '{ encapsulation: gue }',
    proxies: 'nginx',
    twoArms: true,
  },
];

interface Proved {
  readonly service: string;
  readonly flow: {
    readonly protocol: string;
    readonly destinationAddress: string;
    readonly destinationPort: number;
  };
  readonly holds: boolean;
  readonly hops: readonly { readonly hop: { readonly packet: { readonly outer?: object } } }[];
}

describe.each(columns)('$name', (column) => {
  const { name } = column;
  let stage: Stage;
  let folder: string;
  let proofs: readonly Proved[] = [];
  let said = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tricade-modes-'));
    const file = join(folder, `modes-${name}.yaml`);
    writeFileSync(file, clusterFile(column));
    stage = (await raise(file, { tied: true })).stage;
    const lab = stage.cluster.name;
    await must(tricade(['apply', file, '--yes'], { lab }));
    await healthy(stage, '60s');
    const ran = await tricade(['lab', 'prove', file, '-o', 'json'], { lab });
    figure(`${name}: proved in ${Math.round(ran.tookMs)} ms`);
    said = ran.said.map(({ text }) => text).join('\n');
    proofs = JSON.parse(ran.stdout) as readonly Proved[];
  });
  afterAll(async () => {
    if (stage !== undefined) await lower(stage);
    rmSync(folder, { recursive: true });
  });

  test('every row has one proof, and nothing else was proved', () => {
    expect(proofs).toHaveLength(rowsOf(column).length);
  });

  test.each(rowsOf(column))(
    '$mode, $listen VIP, IPv$family, $protocol, in front of $behind',
    (row) => {
      const proof = proofs.find(
        ({ service, flow }) =>
          service === row.service &&
          flow.destinationAddress === row.vip &&
          flow.protocol === row.protocol,
      );
      expect(proof?.holds, `${said}\n${JSON.stringify(proof, null, 1)}`).toBe(true);
      const outer = proof?.hops.filter(({ hop }) => hop.packet.outer !== undefined) ?? [];
      expect(outer).toHaveLength(row.mode === 'tunnel' ? 1 : 0);
    },
  );
});
