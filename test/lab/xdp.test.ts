/** Directors on XDP in a cluster of both families: packets as predicted, and a data plane that outlives whoever tends it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TrafficView } from '@tricade/cluster';
import { labExec } from '@tricade/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { excesses, excessText, figureRow } from '../../demo/figures.ts';
import { startLoad } from '../../demo/load.ts';
import { healthy, loadOf, measure, must } from '../../demo/measure.ts';
import { trials } from '../../demo/trials.ts';
import { tricade } from '../../demo/tricade.ts';
import { figure, type Standing, standing, stretch } from './standing.ts';

const example = fileURLToPath(new URL('../../examples/dual-stack.yaml', import.meta.url));
const lab = 'xdp';
const directors = ['l4a', 'l4b'] as const;

let at: Standing;
beforeAll(async () => {
  const text = readFileSync(example, 'utf8');
  const named = text.replace('cluster: dual-stack', `cluster: ${lab}`);
  at = await standing(named.replace('driver: nft', 'driver: xdp\n  sample: 4'));
});
afterAll(() => at?.down());

async function on(host: string, script: string): Promise<string> {
  const { code, stdout, stderr } = await labExec(lab, host, ['sh', '-c', script]);
  if (code !== 0) throw new Error(`${host}: ${script}: ${stderr}`);
  return stdout.trim();
}

test('packets of both families are those that trace predicts', async () => {
  const { stdout } = await must(tricade(['lab', 'prove', at.stage.file], { lab }));
  expect(stdout).toContain('PROVED  2 of 2 ');
  expect(stdout).toMatch(/ 02:5a:00:0[01]:00:00 /);
});

test('traffic is counted, told of by its sources, and goes where trace says', async () => {
  const load = startLoad(lab, loadOf(at.stage));
  await load.ready;
  const live = ['trace', at.stage.file, '--live', '--to', '203.0.113.10:80', '--count', '20'];
  const watched = await must(tricade([...live, '-o', 'json'], { lab }));
  const packets = watched.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly director: string; readonly agrees: boolean });
  expect(packets.map(({ agrees }) => agrees)).toEqual(Array(20).fill(true));
  const top = await must(tricade(['top', at.stage.file, '--rounds', '1', '-o', 'json'], { lab }));
  const { traffic } = JSON.parse(top.stdout) as { readonly traffic: TrafficView };
  expect(traffic.leftOut).toEqual([]);
  expect(traffic.services).toMatchObject([{ name: 'shop', rate: expect.anything() }]);
  expect(traffic.services[0]?.rate?.packets).toBeGreaterThan(0);
  expect(traffic.sampled).toMatchObject({ each: 4 });
  expect(traffic.sources.some(({ service }) => service === 'shop')).toBe(true);
  const { long, short } = await load.end();
  expect([long.broken, short.failed]).toEqual([[], []]);
});

test('helper killed, agent started again, program swapped, maps made larger: no request notices', async () => {
  const load = startLoad(lab, loadOf(at.stage));
  await load.ready;
  for (const host of directors) {
    await on(host, 'kill -9 $(systemctl show -P MainPID tricade-bpf)');
    await on(host, 'systemctl reload tricade-director');
    await on(host, 'systemctl restart --no-block tricade-agent');
    await on(host, "sed -i 's/^entries rows .*/entries rows 524288/' /etc/tricade/bpf.conf");
    await on(host, 'systemctl reload tricade-director');
  }
  const status = await on('l4a', '/opt/tricade/tricade-bpf send /run/tricade/bpf.sock status');
  expect(status).toMatch(/ map=rows,2,4,4,524288( |$)/);
  // Joins the restart that is under way: it ends once the agent says that it is ready.
  for (const host of directors) await on(host, 'systemctl start tricade-agent');
  await healthy(at.stage);
  const { long, short } = await load.end();
  expect(short.sent).toBeGreaterThan(1_000);
  expect([long.broken, short.failed]).toEqual([[], []]);
});

const planned = trials.filter(({ tier }) => tier === 'l4');
test.each(planned)('$name', async (trial) => {
  const figures = await measure(at.stage, trial);
  figure(figureRow(figures).join(' | '));
  expect(figures.requests).toBeGreaterThan(1_000);
  expect(excesses(figures, stretch()).map(excessText)).toEqual([]);
});
