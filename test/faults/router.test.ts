/** A router is powered off: clients ask by the other one, and answers that left by the dead one leave by the other one too, though it is the hosts' default gateway. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { labExec, labFault } from '@tricade/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLoad } from '../../demo/load.ts';
import { loadOf, must } from '../../demo/measure.ts';
import { tricade } from '../../demo/tricade.ts';
import { figure, type Standing, standing, stretch } from '../lab/standing.ts';

const lab = 'router-off';
const file = fileURLToPath(new URL('../lab/two-routers.yaml', import.meta.url));
const vip = '203.0.113.10';
let at: Standing;
beforeAll(async () => {
  at = await standing(
    readFileSync(file, 'utf8').replace('cluster: two-routers', `cluster: ${lab}`),
  );
});
afterAll(() => at?.down());

async function on(host: string, command: string): Promise<string> {
  const { code, stdout, stderr } = await labExec(lab, host, ['sh', '-c', command]);
  if (code !== 0) throw new Error(`${host}: ${command}: ${stderr}`);
  return stdout;
}

/** The router by which a proxy's answers to the client leave. */
async function wayOut(proxy: string): Promise<'r1' | 'r2'> {
  const [client = ''] =
    /192\.0\.2\.\d+/.exec(await on('client', 'ip -4 -o addr show outside')) ?? [];
  const route = await on(proxy, `ip route get ${client} from ${vip}`);
  return route.includes('via 198.51.100.1 ') ? 'r1' : 'r2';
}

test('answers leave by any router; each packet is as traced', async () => {
  await on('client', 'ip route replace default via 192.0.2.2');
  const { stdout } = await must(tricade(['lab', 'prove', at.stage.file], { lab }));
  expect(stdout).toContain('PROVED  1 of 1 ');
  expect(stdout).toMatch(/^1 +client +r2 /m);
});

test('no connection breaks when the router by which answers leave dies', async () => {
  const dead = await wayOut('p1');
  await on('client', `ip route replace default via 192.0.2.${dead === 'r1' ? 2 : 1}`);
  const load = startLoad(lab, { ...loadOf(at.stage, 10), long: 40, perSecond: 50 });
  try {
    await load.ready;
    await delay(1_000);
    const atMs = await labFault(lab, { kind: 'off', host: dead });
    const { long, short } = await load.report;
    const last = Math.max(...short.failed.map((each) => each.atMs), atMs) - atMs;
    figure(
      `${dead} off: ${long.broken.length} of ${long.connections} broken, longest wait ${Math.round(long.maxStallMs)} ms; ${short.failed.length} of ${short.sent} failed, the last ${Math.round(last)} ms after`,
    );
    expect(long.broken).toEqual([]);
    expect(long.maxStallMs).toBeLessThan(6_000 * stretch());
    expect(last).toBeLessThan(3_000 * stretch());
    expect(await wayOut('p1')).not.toBe(dead);
  } finally {
    load.stop();
    await labFault(lab, { kind: 'on', host: dead });
  }
});
