/** The feed's store dies for ten seconds, comes back empty, and is emptied once more: traffic and drains do not notice. */
import { setTimeout as delay } from 'node:timers/promises';
import { labExec, labFault } from '@tricade/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLoad } from '../../demo/load.ts';
import { healthy, loadOf, must } from '../../demo/measure.ts';
import { tricade } from '../../demo/tricade.ts';
import { figure, type Standing, shop, standing, stretch } from '../lab/standing.ts';

const name = 'store';
const unit = 'tricade-redis.service';
let at: Standing;
beforeAll(async () => {
  at = await standing(shop(name));
});
afterAll(() => at?.down());

async function onMonitor(script: string): Promise<string> {
  const { code, stdout, stderr } = await labExec(name, 'm1', ['sh', '-ec', script]);
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout.trim();
}

const store = (user: string, file: string): string =>
  `redis-cli --no-auth-warning --user ${user} --pass "$(cat /etc/tricade/secret/${file})"`;

/** Waits until the store has tables again; returns the wall clock, ms. */
const seeded = async (): Promise<number> =>
  Number(
    await onMonitor(
      `until [ "$(${store('monitor-m1', 'redis')} exists 'tricade:{${name}}:tables')" = 1 ]; do sleep 0.02; done; date +%s%3N`,
    ),
  );

/** Nobody of the cluster may empty its store: an administrator on the machine can. */
const flush = `cd /etc/tricade/redis && cp -a users.acl /run/users.acl
acl() { ${store('tricade-acl', 'redis-acl')} acl load; }
echo 'user flusher on nopass ~* &* +flushall' >>users.acl && acl
redis-cli --no-auth-warning --user flusher --pass x flushall; date +%s%3N
cp -a /run/users.acl users.acl && acl`;

test('killed for ten seconds, restarted empty, flushed: 0 failed, drains stay', async () => {
  const { stage } = at;
  await must(tricade(['drain', stage.file, 'p1', '--timeout', '5s'], { lab: name }));
  const load = startLoad(name, loadOf(stage));
  try {
    await load.ready;
    const killedAtMs = await labFault(name, { kind: 'kill', host: 'm1', unit });
    await onMonitor(`systemctl stop ${unit}`);
    await delay(10_000);
    // It asks five times a second, and calls nothing healthy that is older than some seconds.
    const again = healthy(stage).then(() => Date.now());
    await delay(1_000);
    const backAtMs = Number(await onMonitor(`systemctl start ${unit}; date +%s%3N`));
    const back = (await seeded()) - backAtMs;
    const converged = (await again) - backAtMs;
    const flushedAtMs = Number(/^\d{13}$/m.exec(await onMonitor(flush))?.[0]);
    const flushed = (await seeded()) - flushedAtMs;
    const status = await healthy(stage);
    const { long, short, proxies } = await load.end();

    figure(
      `${long.broken.length} of ${long.connections} broken, ${short.failed.length} of ${short.sent} failed`,
    );
    figure(
      `store gone ${backAtMs - killedAtMs} ms; tables back ${back} ms, all converged ${converged} ms after its return; tables back ${flushed} ms after FLUSHALL`,
    );
    expect(long.broken).toEqual([]);
    expect(short.failed).toEqual([]);
    const toDrained = Object.values(proxies).reduce((sum, by) => sum + (by['n:p1'] ?? 0), 0);
    expect(toDrained).toBe(0);
    expect(status.stdout).toMatch(/^p1 .*drain/m);
    expect(converged).toBeLessThan(2_000 * stretch());
    expect(flushed).toBeLessThan(2_000 * stretch());
  } finally {
    load.stop();
  }
});
