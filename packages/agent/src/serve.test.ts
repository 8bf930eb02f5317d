import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openFeed } from '@tricade/feed';
import type { RedisServer } from '@tricade/feed/testing';
import { startRedis, until } from '@tricade/feed/testing';
import { localHost } from '@tricade/host';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lastGoodPath } from './last-good.ts';
import { serveAgent } from './serve.ts';
import { fileDrivers } from './testing/file-drivers.ts';
import { linksProgram } from './testing/links-program.ts';
import { birth, granted } from './testing/site.ts';
import { cluster, generation } from './testing/small-cluster.ts';

let root = '';
let server: RedisServer;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'agent-'));
  server = await startRedis();
  const redis = { url: server.url, user: 'default', passwordFile: '/etc/tricade/secret/redis' };
  const files = {
    '/etc/tricade/agent.json': JSON.stringify({ format: 1, node: 'l4a', redis }),
    '/etc/tricade/generation.json': JSON.stringify({ format: 1, generation, cluster }),
    '/etc/tricade/secret/redis': 'any',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
});

afterEach(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

test('the daemon: real files, a real Redis, acks in milliseconds, gone at once when told', async ({
  annotate,
  expect,
}) => {
  const data = fileDrivers();
  const lines: string[] = [];
  let end = (): void => undefined;
  const untilEnd = new Promise<void>((resolve) => {
    end = resolve;
  });
  const host = localHost({ name: 'l4a', root });
  const served = serveAgent({
    host,
    driversOf: async () => data.drivers,
    linksProgram,
    until: untilEnd,
    log: (line) => void lines.push(line),
  });
  const monitor = await openFeed(cluster.name, { url: server.url });
  let term:
    | Extract<Awaited<ReturnType<typeof monitor.campaign>>, { won: unknown }>['won']
    | undefined;
  await until(async () => {
    const result = await monitor.campaign({ leader: 'm1', ttlMs: 60_000 });
    if ('won' in result) term = result.won;
    return term !== undefined;
  });
  const acked: { revision: number; atMs: number }[] = [];
  monitor.onReport((report) =>
    acked.push({ revision: report.version.revision, atMs: performance.now() }),
  );
  await term?.seed({ epoch: 0, revision: 0, health: {}, latches: {}, tables: {}, receiving: {} });
  await term?.write({ atMs: 1, tableSteps: [birth], receiving: granted });
  await until(() => acked.some(({ revision }) => revision === 2));
  const times: number[] = [];
  for (let at = 0; at < 20; at++) {
    const startMs = performance.now();
    const steps = at % 2 === 0 ? null : { steps: { l7: 1 }, grantedAtMs: at };
    const written = await term?.write({ atMs: at, receiving: { l4a: steps } });
    const revision = written?.written ? written.state.revision : Number.POSITIVE_INFINITY;
    await until(() => acked.some((ack) => ack.revision === revision));
    times.push((acked.find((ack) => ack.revision === revision)?.atMs ?? 0) - startMs);
  }
  const median = times.sort((one, other) => one - other)[10] ?? Number.POSITIVE_INFINITY;
  await annotate(
    `written → steered (a file, fsync) → ack heard, over Redis, median of 20: ${median.toFixed(1)} ms`,
  );
  expect(median).toBeLessThan(100);
  end();
  await served;
  expect(lines).toContain('agent of l4a, generation 7');
  expect(JSON.parse(await readFile(join(root, lastGoodPath), 'utf8'))).toMatchObject({ format: 1 });
  await monitor.close();
});

test('a machine that is no node: a clear error, nothing done', async () => {
  const host = localHost({ root: join(root, 'elsewhere') });
  const driversOf = async () => ({});
  const served = serveAgent({ host, driversOf, linksProgram, until: Promise.resolve() });
  await expect(served).rejects.toMatchObject({ code: 'TRI-A101' });
});
