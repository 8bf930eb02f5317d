import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from '@tricade/feed/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const [here, there] = [`links-a-${process.pid}`, `links-b-${process.pid}`];
const ip = (...args: readonly string[]): string => execFileSync('ip', args, { encoding: 'utf8' });
const program = fileURLToPath(new URL('../testing/follow-links.ts', import.meta.url));

interface News {
  readonly routes?: number;
  readonly neighbours?: Readonly<Record<string, string>>;
}

describe('the links of a machine', () => {
  const news: News[] = [];
  let child: ChildProcess | undefined;
  const known = (): Readonly<Record<string, string>> =>
    news.findLast((each) => each.neighbours)?.neighbours ?? {};
  const macThere = (): string =>
    (JSON.parse(ip('-n', there, '-j', 'link', 'show', 'v0')) as { address: string }[])[0]
      ?.address ?? '';

  beforeAll(async () => {
    ip('netns', 'add', here);
    ip('netns', 'add', there);
    ip('link', 'add', 'v0', 'netns', here, 'type', 'veth', 'peer', 'name', 'v0', 'netns', there);
    for (const [name, last] of [
      [here, '1'],
      [there, '2'],
    ] as const) {
      ip('-n', name, 'addr', 'add', `192.0.2.${last}/24`, 'dev', 'v0');
      ip('-n', name, 'addr', 'add', `2001:db8::${last}/64`, 'dev', 'v0', 'nodad');
      ip('-n', name, 'link', 'set', 'v0', 'up');
    }
    const argv = [
      'netns',
      'exec',
      here,
      process.execPath,
      '--conditions=source',
      program,
      '192.0.2.2',
      '2001:db8::2',
      '192.0.2.77',
    ];
    child = spawn('ip', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on('line', (line) =>
        news.push(JSON.parse(line) as News),
      );
    await until(() => news.length > 0, { withinMs: 10_000 });
  });

  afterAll(async () => {
    child?.kill();
    if (child !== undefined && child.exitCode === null)
      await new Promise((resolve) => child?.once('exit', resolve));
    for (const name of [here, there]) ip('netns', 'del', name);
  });

  test('MACs of IPv4 and IPv6 neighbours, of those that there are', async () => {
    const mac = macThere();
    await until(() => known()['192.0.2.2'] === mac && known()['2001:db8::2'] === mac);
    expect(known()).not.toHaveProperty('192.0.2.77');
  });

  test('a neighbour that comes later is found', async () => {
    ip('-n', there, 'addr', 'add', '192.0.2.77/24', 'dev', 'v0');
    await until(() => known()['192.0.2.77'] === macThere(), { withinMs: 6_000 });
  });

  test('another MAC is taken over; a lost link is no reason to forget one', async () => {
    ip('-n', there, 'link', 'set', 'v0', 'address', '02:00:00:00:00:99');
    ip('-n', here, 'neigh', 'flush', 'all');
    await until(() => known()['192.0.2.2'] === '02:00:00:00:00:99', { withinMs: 8_000 });
    ip('-n', there, 'link', 'set', 'v0', 'down');
    await until(() => ip('-n', here, '-j', 'neigh', 'show').trim() === '[]');
    expect(known()['192.0.2.2']).toBe('02:00:00:00:00:99');
    ip('-n', there, 'link', 'set', 'v0', 'up');
  });

  test('a changed route is told within 50 ms, a burst of 2,000 is heard to its end', async ({
    annotate,
    expect,
  }) => {
    await until(() => {
      const count = news.length;
      return until(() => news.length === count).then(() => true);
    });
    const times: number[] = [];
    for (let at = 0; at < 10; at++) {
      const before = news.length;
      const startMs = Date.now();
      ip(
        '-n',
        here,
        'route',
        'replace',
        '203.0.113.10/32',
        'via',
        at % 2 === 0 ? '192.0.2.2' : '192.0.2.77',
      );
      await until(() => news.slice(before).some((each) => each.routes !== undefined));
      times.push(
        (news.slice(before).find((each) => each.routes !== undefined)?.routes ?? 0) - startMs,
      );
    }
    const median = times.sort((one, other) => one - other)[5] ?? 0;
    await annotate(`route changed (with the start of ip) → told, median of 10: ${median} ms`);
    expect(median).toBeLessThan(50);
    const batch = Array.from(
      { length: 2_000 },
      (_, at) =>
        `route add 198.51.100.${at % 250}/32 via 192.0.2.2 table ${100 + Math.floor(at / 250)}`,
    );
    execFileSync('ip', ['-n', here, '-batch', '-'], { input: batch.join('\n') });
    const after = news.length;
    ip('-n', here, 'route', 'replace', '203.0.113.10/32', 'via', '192.0.2.2');
    await until(() => news.slice(after).some((each) => each.routes !== undefined));
  });

  /** The one process that follows the links now. */
  const listener = (): number | undefined => {
    const pids = spawnSync('ps', ['-o', 'pid=', '--ppid', String(child?.pid)], {
      encoding: 'utf8',
    });
    return /^\s*\d+\s*$/.test(pids.stdout) ? Number(pids.stdout) : undefined;
  };

  test('a killed listener is started again, and what it missed is read', async () => {
    const killed = listener() ?? Number.NaN;
    process.kill(killed, 'SIGKILL');
    await until(() => listener() === undefined);
    const before = news.length;
    ip('-n', here, 'neigh', 'replace', '192.0.2.77', 'lladdr', '02:00:00:00:00:77', 'dev', 'v0');
    await until(() => known()['192.0.2.77'] === '02:00:00:00:00:77');
    expect(news.slice(before).some((each) => each.routes !== undefined)).toBe(true);
    expect(listener()).not.toBe(killed);
    expect(child?.exitCode).toBeNull();
  });

  test('events that overrun the buffer end the listener; the next one reads what was lost', async () => {
    const stopped = listener() ?? Number.NaN;
    process.kill(stopped, 'SIGSTOP');
    const flood = ['add', 'del'].flatMap((verb) =>
      Array.from(
        { length: 8_000 },
        (_, at) =>
          `route ${verb} 198.51.100.${at % 250}/32 via 192.0.2.2 table ${200 + Math.floor(at / 250)}`,
      ),
    );
    execFileSync('ip', ['-n', here, '-batch', '-'], { input: flood.join('\n') });
    ip('-n', here, 'neigh', 'replace', '192.0.2.77', 'lladdr', '02:00:00:00:00:78', 'dev', 'v0');
    process.kill(stopped, 'SIGCONT');
    await until(() => known()['192.0.2.77'] === '02:00:00:00:00:78');
    expect(listener()).not.toBe(stopped);
    expect(child?.exitCode).toBeNull();
  });
});
